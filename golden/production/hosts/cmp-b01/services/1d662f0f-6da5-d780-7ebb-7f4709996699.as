{
    "uuid": "1d662f0f-6da5-d780-7ebb-7f4709996699",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:5b:24:ba",
    "domain-policy-space": "_fra1_observability",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.5"
        }
    ]
}
