namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

public sealed class WebhookReceiverOptionsTests
{
    [Theory]
    [InlineData("  {}", "endpoints", "there is none")]
    [InlineData("  a: {path: /a}", "endpoints::a::secrets", "there is no secret")]
    [InlineData("  a: {path: /a, secrets: [\"\"]}", "endpoints::a::secrets[0]", "")]
    [InlineData("  a: {path: /a, secrets: [\"${env:WEBHOOK_NOT_SET}\"]}", "", "")]
    [InlineData("  a: {path: /a, secrets: [x], secrets_file: f}", "endpoints::a::secrets_file", "beside secrets")]
    [InlineData("  a: {path: /a, secrets: [x], verify: none}", "endpoints::a::verify", "the secrets would be ignored")]
    [InlineData("  a: {path: a, verify: none}", "endpoints::a::path", "is not a path")]
    [InlineData("  a: {verify: none}", "endpoints::a::path", "the key is required")]
    [InlineData("  a: {path: /x, verify: none}\n  b: {path: /x, verify: none}", "endpoints::b", "is the path of a too")]
    [InlineData("  a: {path: /a, scheme: custom, secrets: [x]}", "endpoints::a::signature", "scheme: custom needs it")]
    [InlineData("  a: {path: /a, secrets: [x], signature: {header: X}}", "endpoints::a::signature", "the scheme says how")]
    [InlineData("  a: {path: /a, verify: none, id: header}", "endpoints::a::id", "is not a place")]
    [InlineData("  a: {path: /a, verify: none, id: \"field:t\"}", "endpoints::a::id", "field: is for the time in a signature")]
    [InlineData("  a: {path: /a, verify: none, id: \"body:a..b\"}", "endpoints::a::id", "is not a place")]
    [InlineData("  a: {path: /a, scheme: custom, secrets: [x], signature: {header: X, algorithm: ed25519}}", "endpoints::a::secrets", "secret 0 (counted from 0) is no public key of Ed25519; write 64 hexadecimal digits")]
    [InlineData("  a: {path: /a, scheme: custom, secrets: [x], signature: {header: X, signed: \"{time}.{body}\"}}", "signature::signed", "{time is none of")]
    [InlineData("  a: {path: /a, scheme: custom, secrets: [x], signature: {header: X, signed: \"{id}\"}}", "signature::signed", "the body is not signed once")]
    [InlineData("  a: {path: /a, scheme: custom, secrets: [x], signature: {header: X, signed: \"{timestamp}.{body}\"}}", "signature::timestamp", "has to be found")]
    [InlineData("  a: {path: /a, scheme: custom, secrets: [x], signature: {header: X, timestamp: \"header:T\"}}", "signature::timestamp", "one that is not signed proves nothing")]
    [InlineData("  a: {path: /a, scheme: custom, secrets: [x], signature: {header: X, id: \"header:T\"}}", "signature::id", "one that is not signed proves nothing")]
    public void What_cannot_work_or_is_not_safe_is_an_error_at_its_key(string endpoints, string key, string message)
    {
        var (_, diagnostics) = WebhookUnderTest.Bind(endpoints);

        Assert.True(diagnostics.HasErrors);
        Assert.Contains(diagnostics.Items, item => item.Key.Contains(key, StringComparison.Ordinal) && item.Message.Contains(message, StringComparison.Ordinal));
    }

    /// <summary>The first mistake of everybody: it is one, and has one remedy.</summary>
    [Theory]
    [InlineData("[\"\"]", "[0]", "the secret is empty")]
    [InlineData("[]", "", "there is no secret")]
    public void A_secret_that_is_missing_is_one_error(string secrets, string place, string message)
    {
        var (_, diagnostics) = WebhookUnderTest.Bind($"  a: {{path: /a, secrets: {secrets}}}\n  b: {{path: /b, secrets: [x]}}");

        var item = Assert.Single(diagnostics.Items);
        Assert.Equal("receivers::webhook::endpoints::a::secrets" + place, item.Key);
        Assert.Contains(message, item.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("standard", "hunter 2", true)]
    [InlineData("standard", "whsec_hunter 2", true)]
    [InlineData("standard", "aHVudGVyMg==", false)]
    [InlineData("standard", "whsec_aHVudGVyMg==", false)]
    [InlineData("gitlab", "whsec_hunter 2", true)]
    [InlineData("gitlab", "hunter 2", false)]
    [InlineData("stripe", "whsec_hunter 2", false)]
    [InlineData("gitlab", "whpk_hunter 2", false)]
    public void A_secret_that_has_to_be_base64_and_is_not_is_an_error_that_does_not_show_it(string scheme, string secret, bool isError)
    {
        var (_, diagnostics) = WebhookUnderTest.Bind($"  a: {{path: /a, scheme: {scheme}, secrets: [whsec_b2xk, \"{secret}\"]}}");

        Assert.Equal(isError, diagnostics.HasErrors);
        Assert.All(diagnostics.Items, item =>
        {
            Assert.Equal("receivers::webhook::endpoints::a::secrets", item.Key);
            Assert.Contains("secret 1 (counted from 0) is not base64", item.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter", item.ToString(), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("scheme: standard", "whpk_hunter 2", "is no public key of Ed25519")]
    [InlineData("scheme: standard", "whsk_hunter2", "is the private half of a key")]
    [InlineData("scheme: standard", "whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "is a key that everybody can sign for")]
    [InlineData("scheme: custom, signature: {header: X, algorithm: ed25519}", "hunter2", "is no public key of Ed25519")]
    [InlineData("scheme: custom, signature: {header: X, algorithm: ed25519}", "whsk_hunter2", "is the private half of a key")]
    public void A_public_key_that_is_none_is_an_error_that_does_not_show_it(string endpoint, string secret, string problem)
    {
        var (_, diagnostics) = WebhookUnderTest.Bind($"  a: {{path: /a, {endpoint}, secrets: [whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=, \"{secret}\"]}}");

        var item = Assert.Single(diagnostics.Items);
        Assert.Equal("receivers::webhook::endpoints::a::secrets", item.Key);
        Assert.StartsWith("secret 1 (counted from 0) " + problem, item.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret["whpk_".Length..], item.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_never_printed()
    {
        var (options, _) = WebhookUnderTest.Bind("  a: {path: /a, secrets: [hunter2]}");

        Assert.DoesNotContain("hunter2", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", options.Endpoints["a"].ToString(), StringComparison.Ordinal);
    }
}
