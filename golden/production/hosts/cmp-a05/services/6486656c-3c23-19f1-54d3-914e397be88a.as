{
    "uuid": "6486656c-3c23-19f1-54d3-914e397be88a",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:ee:31:d3",
    "domain-policy-space": "_fra1_backup",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.3"
        }
    ]
}
