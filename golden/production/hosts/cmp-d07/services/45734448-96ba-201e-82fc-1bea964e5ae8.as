{
    "uuid": "45734448-96ba-201e-82fc-1bea964e5ae8",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:14:43:02",
    "domain-policy-space": "_fra1_fraud-detection",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.5"
        }
    ]
}
