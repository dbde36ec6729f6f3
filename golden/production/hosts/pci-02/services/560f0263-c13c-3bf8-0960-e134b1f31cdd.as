{
    "uuid": "560f0263-c13c-3bf8-0960-e134b1f31cdd",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:ff:a7:68",
    "domain-policy-space": "_fra1_payments",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.3"
        }
    ]
}
