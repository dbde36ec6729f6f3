{
    "uuid": "2151d5ee-9620-235a-91c3-2df360b29d41",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:f6:4d:4d",
    "domain-policy-space": "_ost-west_analytics",
    "domain-name": "_ost-west_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.3"
        }
    ]
}
