{
    "uuid": "fedc9ada-0413-4974-ed75-d1adc98ae242",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:ce:1e:70",
    "domain-policy-space": "_fra1_online-banking-staging",
    "domain-name": "_fra1_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.5"
        }
    ]
}
