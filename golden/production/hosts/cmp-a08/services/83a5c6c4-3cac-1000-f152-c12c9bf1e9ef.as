{
    "uuid": "83a5c6c4-3cac-1000-f152-c12c9bf1e9ef",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:04:bf:e8",
    "domain-policy-space": "_fra1_online-banking",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.6"
        }
    ]
}
