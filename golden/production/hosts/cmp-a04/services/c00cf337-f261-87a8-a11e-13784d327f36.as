{
    "uuid": "c00cf337-f261-87a8-a11e-13784d327f36",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:c3:da:2e",
    "domain-policy-space": "_fra1_core-banking",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.3"
        }
    ]
}
