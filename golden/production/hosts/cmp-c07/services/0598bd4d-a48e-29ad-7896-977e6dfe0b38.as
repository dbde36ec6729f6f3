{
    "uuid": "0598bd4d-a48e-29ad-7896-977e6dfe0b38",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:02:01:56",
    "domain-policy-space": "_fra1_ci",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.3"
        }
    ]
}
