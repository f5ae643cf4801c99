namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

/// <summary>
/// Signed requests of each preset. Those called published are from the vendors' documentation or the tests of their own libraries, which
/// docs/verified.md names; the others were signed with <c>openssl dgst -mac HMAC</c>, or with <c>openssl pkeyutl</c> where a public key checks them.
/// </summary>
internal static class WebhookVectors
{
    private const long NewYear = 1767225600;

    public static IReadOnlyList<WebhookVector> All { get; } =
    [
        new(
            "Plain", "plain", "a secret of the tests", NewYear, "application/json",
            """{"type":"order.paid","order":7}""",
            ("X-Event-Type", "order.paid"), ("X-Request-ID", "41f7"), ("X-Signature", "sha256=f0fc77ceaf14001370fa0be00352103d7f3404b0a93e7885317ba45769da39a2")),
        new(
            "Standard Webhooks", "standard", "whsec_3q2+7wABAgMEBQYHCAkKCwwNDg8=", NewYear, "application/json",
            """{"type":"invoice.paid","timestamp":"2026-01-01T00:00:00.5Z","data":{"id":"inv_1"}}""",
            ("webhook-id", "msg_1"), ("webhook-timestamp", "1767225600"), ("webhook-signature", "v1,okbfTWzalOxXlS/Zo3nNsM/bv5NoUtNmruPit9huCBY=")),
        new(
            "Standard Webhooks, published", "standard", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1614265330, "application/json",
            """{"test": 2432232314}""",
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), ("webhook-timestamp", "1614265330"), ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")),
        new(
            "Standard Webhooks, public key", "standard", "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", NewYear, "application/json",
            """{"type":"invoice.paid","timestamp":"2026-01-01T00:00:00.5Z","data":{"id":"inv_1"}}""",
            ("webhook-id", "msg_1"), ("webhook-timestamp", "1767225600"), ("webhook-signature", "v1a,w08YAeli2wfYLvcunae1W/uIKOxEbADvl0eHOKazwa+7sMfmkPB/joh4dAgo5A9WmJhs8Veccn4bY8K8ClLyCg==")),
        new(
            "Standard Webhooks, public key, published", "standard", "whpk_ZlN4eg7dSSqi0moX9hQUk3orrOouK3QVQSlJa248c/g=", 1614265330, "application/json",
            """{"test": 2432232314}""",
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), ("webhook-timestamp", "1614265330"), ("webhook-signature", "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==")),
        new(
            "GitHub", "github", "a secret of the tests", NewYear, "application/json",
            """{"action":"created","deployment_status":{"state":"success","environment":"production","updated_at":"2026-01-01T00:00:00Z"},"deployment":{"id":42,"sha":"9fceb02","ref":"main","task":"deploy"},"repository":{"name":"shop","html_url":"https://github.com/acme/shop","owner":{"login":"acme"}},"sender":{"login":"ann"}}""",
            ("X-GitHub-Event", "deployment_status"), ("X-GitHub-Delivery", "72d3162e"), ("X-Hub-Signature-256", "sha256=577314d1e3a10015e5e4ac09408d8e556f69f7a0ef1251361f32e3922110c026")),
        new(
            "GitHub, published", "github", "It''s a Secret to Everybody", NewYear, "application/json",
            """Hello, World!""",
            ("X-GitHub-Event", "none"), ("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")),
        new(
            "GitLab", "gitlab", "a secret of the tests", NewYear, "application/json",
            """{"object_kind":"deployment","status":"failed","status_changed_at":"2026-01-01 01:00:00 +0100","deployment_id":15,"environment":"staging","project":{"name":"shop","web_url":"https://gitlab.example/shop"},"short_sha":"279484c0","user":{"username":"ann"},"ref":"refs/heads/main"}""",
            ("Idempotency-Key", "f5e5f430"), ("X-Gitlab-Token", "a secret of the tests")),
        new(
            "GitLab, signed", "gitlab", "whsec_3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=", NewYear, "application/json",
            """{"object_kind":"push","ref":"refs/heads/main","checkout_sha":"9fceb02","user_username":"ann","project":{"name":"shop"}}""",
            ("Idempotency-Key", "f5e5f430-f57b"), ("webhook-id", "f5e5f430-f57b"), ("webhook-timestamp", "1767225600"), ("webhook-signature", "v1,Ehob258FbnM6ISOjaWK6eviJ+hI9S5/KP6I9JlqkDV0=")),
        new(
            "Stripe", "stripe", "a secret of the tests", NewYear, "application/json",
            """{"id":"evt_1","type":"charge.failed","created":1767225599,"livemode":true,"data":{"object":{"id":"ch_1"}}}""",
            ("Stripe-Signature", "t=1767225600,v1=f321619923d7e63dc314ab41b76dd2bb1d00a90319b2d17ca60cc275399fb713")),
        new(
            "Slack", "slack", "a secret of the tests", NewYear, "application/json",
            """{"type":"event_callback","event_id":"Ev1","event_time":1767225598,"team_id":"T1","event":{"type":"app_mention","user":"U1","channel":"C1"}}""",
            ("X-Slack-Request-Timestamp", "1767225600"), ("X-Slack-Signature", "v0=c9a7ef551deeb88961fa745cd1c33755de728bd13446e31b21e79c2660052ac8")),
        new(
            "Slack, published", "slack", "8f742231b10e8888abcd99yyyzzz85a5", 1531420618, "application/x-www-form-urlencoded",
            """token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c""",
            ("X-Slack-Request-Timestamp", "1531420618"), ("X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")),
        new(
            "Shopify", "shopify", "a secret of the tests", NewYear, "application/json",
            """{"id":1,"admin_graphql_api_id":"gid://shopify/Order/1","updated_at":"2026-01-01T00:00:00Z"}""",
            ("X-Shopify-Topic", "orders/create"), ("X-Shopify-Triggered-At", "2026-01-01T00:00:00.000000007Z"), ("X-Shopify-Shop-Domain", "acme.myshopify.com"), ("X-Shopify-Webhook-Id", "w1"), ("X-Shopify-Hmac-Sha256", "e4Q426wmvr47cE+SNWnxNy5N1+Al114z5kMPLchJsps=")),
        new(
            "PagerDuty", "pagerduty", "a secret of the tests", NewYear, "application/json",
            """{"event":{"id":"01","event_type":"incident.triggered","occurred_at":"2026-01-01T00:00:00.123Z","agent":{"summary":"Ann"},"data":{"id":"P1","title":"Disk full","status":"triggered","urgency":"high","html_url":"https://acme.pagerduty.com/incidents/P1","service":{"summary":"shop"}}}}""",
            ("X-PagerDuty-Signature", "v1=0000000000000000000000000000000000000000000000000000000000000000,v1=08a688e48c4de088c4f47edddf5520c412b3b2203a51b2d3e2ff61df4a1bda4f")),
        new(
            "PagerDuty, published", "pagerduty", "lDQHScfUeXUKaQRNF+8XIiDKZ7XX3itBAYzwU0TARw8lJqRnkKl2iB1anSb0Z+IK", NewYear, "application/json",
            """{"event":{"id":"01BWDWL3NYY7LUFPZCC28QUCMK","event_type":"incident.priority_updated","resource_type":"incident","occurred_at":"2021-04-26T17:36:27.458Z","agent":{"html_url":"https://acme.pagerduty.com/users/PLH1HKV","id":"PLH1HKV","self":"https://api.pagerduty.com/users/PLH1HKV","summary":"Tenex Engineer","type":"user_reference"},"client":null,"data":{"id":"PGR0VU2","type":"incident","self":"https://api.pagerduty.com/incidents/PGR0VU2","html_url":"https://acme.pagerduty.com/incidents/PGR0VU2","number":2,"status":"triggered","title":"A little bump in the road","service":{"html_url":"https://acme.pagerduty.com/services/PF9KMXH","id":"PF9KMXH","self":"https://api.pagerduty.com/services/PF9KMXH","summary":"API Service","type":"service_reference"},"assignees":[{"html_url":"https://acme.pagerduty.com/users/PTUXL6G","id":"PTUXL6G","self":"https://api.pagerduty.com/users/PTUXL6G","summary":"User 123","type":"user_reference"}],"escalation_policy":{"html_url":"https://acme.pagerduty.com/escalation_policies/PUS0KTE","id":"PUS0KTE","self":"https://api.pagerduty.com/escalation_policies/PUS0KTE","summary":"Default","type":"escalation_policy_reference"},"teams":[{"html_url":"https://acme.pagerduty.com/teams/PFCVPS0","id":"PFCVPS0","self":"https://api.pagerduty.com/teams/PFCVPS0","summary":"Engineering","type":"team_reference"}],"priority":{"html_url":"https://acme.pagerduty.com/account/incident_priorities","id":"PSO75BM","self":"https://api.pagerduty.com/priorities/PSO75BM","summary":"P1","type":"priority_reference"},"urgency":"high","conference_bridge":{"conference_number":1000,"conference_url":"https://example.com"},"resolve_reason":null}}}""",
            ("X-PagerDuty-Signature", "v1=0c0b9495b893a39e70d1fea2fe11fbe0a825f88b9f67846f6cc07dd2bc5476cd")),
        new(
            "Argo CD", "argocd", "a secret of the tests", NewYear, "application/json",
            """{"event":"sync","app":"shop","phase":"Succeeded","time":"2026-01-01T00:00:00Z","revision":"9fceb02","environment":"production","repository":"https://git.example/shop"}""",
            ("Authorization", "Bearer a secret of the tests")),
        new(
            "Alertmanager", "alertmanager", "am:a secret of the tests", NewYear, "application/json",
            """{"version":"4","groupKey":"{}:{}","externalURL":"http://am:9093","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"Slow","severity":"critical","service":"shop","env":"prod"},"annotations":{"summary":"p99 is 2 s"},"startsAt":"2026-01-01T00:00:00.000000001Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p/g","fingerprint":"a1"},{"status":"resolved","labels":{"alertname":"Down","severity":"critical","job":"db"},"startsAt":"2026-01-01T00:00:00Z","endsAt":"2026-01-01T00:01:00Z","fingerprint":"b2"}]}""",
            ("Authorization", "Basic YW06YSBzZWNyZXQgb2YgdGhlIHRlc3Rz")),
        new(
            "Grafana, HMAC", "grafana", "a secret of the tests", NewYear, "application/json",
            """{"version":"4","groupKey":"{}:{}","externalURL":"http://am:9093","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"Slow","severity":"critical","service":"shop","env":"prod"},"annotations":{"summary":"p99 is 2 s"},"startsAt":"2026-01-01T00:00:00.000000001Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p/g","fingerprint":"a1"},{"status":"resolved","labels":{"alertname":"Down","severity":"critical","job":"db"},"startsAt":"2026-01-01T00:00:00Z","endsAt":"2026-01-01T00:01:00Z","fingerprint":"b2"}]}""",
            ("X-Grafana-Alerting-Signature", "1498963e6783806cd91eb38573e21e6bcb82bba7bc81b92d019848f7a9bf776a")),
        new(
            "Grafana, bearer", "grafana", "a secret of the tests", NewYear, "application/json",
            """{"version":"4","groupKey":"{}:{}","externalURL":"http://am:9093","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"Slow","severity":"critical","service":"shop","env":"prod"},"annotations":{"summary":"p99 is 2 s"},"startsAt":"2026-01-01T00:00:00.000000001Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p/g","fingerprint":"a1"},{"status":"resolved","labels":{"alertname":"Down","severity":"critical","job":"db"},"startsAt":"2026-01-01T00:00:00Z","endsAt":"2026-01-01T00:01:00Z","fingerprint":"b2"}]}""",
            ("Authorization", "Bearer a secret of the tests")),
    ];

    public static WebhookVector Named(string name) => All.Single(vector => vector.Name == name);
}
