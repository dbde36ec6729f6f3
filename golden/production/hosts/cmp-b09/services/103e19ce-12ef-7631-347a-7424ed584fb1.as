{
    "uuid": "103e19ce-12ef-7631-347a-7424ed584fb1",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:c4:16:37",
    "domain-policy-space": "_fra1_partner-gateway",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.6"
        }
    ]
}
