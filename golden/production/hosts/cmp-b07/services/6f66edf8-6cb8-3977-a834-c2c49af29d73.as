{
    "uuid": "6f66edf8-6cb8-3977-a834-c2c49af29d73",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:b2:55:52",
    "domain-policy-space": "_fra1_identity",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.5"
        }
    ]
}
