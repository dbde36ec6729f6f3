{
    "uuid": "3b52a6ec-944d-c96a-f2f0-673da81191b7",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:5c:00:06",
    "domain-policy-space": "_RDO-ML2_NewWebApps",
    "domain-name": "_RDO-ML2_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.3"
        }
    ]
}
