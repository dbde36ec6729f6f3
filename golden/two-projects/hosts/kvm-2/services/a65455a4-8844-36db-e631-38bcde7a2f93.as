{
    "uuid": "a65455a4-8844-36db-e631-38bcde7a2f93",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:70:13:80",
    "domain-policy-space": "_ost-west_shop",
    "domain-name": "_ost-west_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.4"
        }
    ]
}
