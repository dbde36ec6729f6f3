{
    "uuid": "e5231830-1024-4644-4ef0-d99b7bd8b170",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:6f:c6:69",
    "domain-policy-space": "_fra1_data-platform",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.3"
        }
    ]
}
