{
    "uuid": "d96fadd7-437d-6d81-4858-b72926bb2ebd",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:7c:01:a1",
    "domain-policy-space": "_fra1_platform",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.6"
        }
    ]
}
