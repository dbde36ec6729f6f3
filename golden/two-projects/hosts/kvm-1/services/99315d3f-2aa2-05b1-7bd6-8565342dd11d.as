{
    "uuid": "99315d3f-2aa2-05b1-7bd6-8565342dd11d",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:44:6f:3a",
    "domain-policy-space": "_ost-west_platform",
    "domain-name": "_ost-west_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.4"
        }
    ]
}
