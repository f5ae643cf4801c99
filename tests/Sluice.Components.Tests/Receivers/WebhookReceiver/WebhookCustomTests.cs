using Sluice.Runtime.Contracts;

namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

/// <summary>Schemes that the configuration declares. Signatures were made by <c>openssl dgst -mac HMAC</c> with the key <c>k1</c>.</summary>
public sealed class WebhookCustomTests
{
    private const string Body = """{"kind":"a"}""";

    [Theory]
    [InlineData("header: X-Sig, algorithm: hmac-sha1", "X-Sig=ca934d97b0fc3f3101a05fa349723fcfe08af7ca")]
    [InlineData("header: X-Sig, algorithm: hmac-sha256, encoding: any, prefix: \"sha256=\"", "X-Sig=sha256=LbI6ecap+b0ogrZc0QeP9BjSUasG6PhUjWxmMO/Sebg=")]
    [InlineData("header: X-Sig, algorithm: hmac-sha512, encoding: base64", "X-Sig=8YqLxtGKPd+/czg7gfCiVz0tYlrFwfgR9EvzYrXp2m5sK24nHJBdfens2EV4fSf57SDXYlHM+TV7naTTN5K5qQ==")]
    [InlineData("header: X-Sig, prefix: \"v1=\", separator: comma, signed: \"{timestamp}.{body}\", timestamp: \"field:t\"", "X-Sig=t=1767225600,v1=00,v1=6daeba9842af362ebed9d0cbe5befada22b61ca53d2aece0d91f8556c38c2274")]
    [InlineData("header: X-Sig, signed: \"{timestamp}|{id}|{body}\", timestamp: \"header:X-Time\", timestamp_format: unix_ms, id: \"header:X-Id\"", "X-Time=1767225600001;X-Id=i-1;X-Sig=8a77abed55d509ab94caae61447a850ede7c8249bf53a49b16fcbd6f8e6c6709")]
    [InlineData("header: X-Sig, signed: \"v0:{timestamp}:{body}\", timestamp: \"header:X-Time\", timestamp_format: rfc3339", "X-Time=2026-01-01T01:00:00+01:00;X-Sig=20e7a654de6cb60f6df28a5a80bda162861222da6a53aeb31f89251c1049c85d")]
    public async Task What_is_declared_is_verified(string signature, string headers)
    {
        var endpoints = $"  hook: {{path: /hook, scheme: custom, secrets: [k1], event_name: \"body:kind\", signature: {{{signature}}}}}";
        await using var test = await WebhookUnderTest.StartAsync(endpoints);
        (string Name, string Value)[] sent = [.. headers.Split(';').Select(header => (header[..header.IndexOf('=', StringComparison.Ordinal)], header[(header.IndexOf('=', StringComparison.Ordinal) + 1)..]))];

        Assert.Equal(202, (await test.PostAsync("/hook", Body, sent)).Status);
        Assert.Equal("a", Assert.Single(test.Intake.Records).Record.EventName);
        Assert.Equal(401, (await test.PostAsync("/hook", Body + " ", sent)).Status);
        for (var i = 0; i < sent.Length; i++)
        {
            Assert.Equal(401, (await test.PostAsync("/hook", Body, [.. sent[..i], .. sent[(i + 1)..]])).Status);
            (string, string)[] changed = [.. sent];
            changed[i] = (sent[i].Name, sent[i].Value[..^1] + (char)(sent[i].Value[^1] ^ 1));
            if (!sent[i].Value.EndsWith('='))
            {
                Assert.Equal(401, (await test.PostAsync("/hook", Body, changed)).Status);
            }
        }

        test.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(signature.Contains("timestamp", StringComparison.Ordinal) ? 401 : 202, (await test.PostAsync("/hook", Body, sent)).Status);
    }

    [Fact]
    public async Task A_signed_id_is_that_of_the_delivery()
    {
        await using var test = await WebhookUnderTest.StartAsync(
            """  hook: {path: /hook, scheme: custom, secrets: [k1], signature: {header: X-Sig, signed: "{id}.{body}", id: "header:X-Id"}}""");

        await test.PostAsync("/hook", Body, ("X-Id", "i-1"), ("X-Sig", "f7678b7f974e4ac99dab78f45b49c411095b5dc6e32461741eb3f4e7126d8dd7"));

        Assert.Equal("i-1", WebhookUnderTest.Attributes(Assert.Single(test.Intake.Records).Record)["webhook.delivery.id"]);
    }

    [Fact]
    public async Task Secrets_in_a_file_are_read_again_when_it_changes()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "old\n", TestContext.Current.CancellationToken);
        await using var test = await WebhookUnderTest.StartAsync($"  hook: {{path: /hook, secrets_file: '{path}'}}");
        Assert.Equal(401, (await test.PostAsync("/hook", Body, ("X-Signature", "33702cf20b14b580d1406f7ef4758c20fdb6e544f91eb33cd7ffd57c35b2bd2a"))).Status);

        await File.WriteAllTextAsync(path, "\nnew\nother\n", TestContext.Current.CancellationToken);
        test.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(202, (await test.PostAsync("/hook", Body, ("X-Signature", "33702cf20b14b580d1406f7ef4758c20fdb6e544f91eb33cd7ffd57c35b2bd2a"))).Status);

        // A file without a secret would let nobody in: what was read before stays.
        await File.WriteAllTextAsync(path, "\n", TestContext.Current.CancellationToken);
        test.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(202, (await test.PostAsync("/hook", Body, ("X-Signature", "33702cf20b14b580d1406f7ef4758c20fdb6e544f91eb33cd7ffd57c35b2bd2a"))).Status);
        File.Delete(path);
    }

    [Theory]
    [InlineData("", "holds no secret")]
    [InlineData(" \n\n", "holds no secret")]
    [InlineData(null, "; write the file, or correct the path; a relative one starts at the working directory")]
    public async Task A_file_without_a_secret_refuses_to_start(string? contents, string problem)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, contents, TestContext.Current.CancellationToken);
        if (contents is null)
        {
            File.Delete(path);
        }

        var refusal = await Assert.ThrowsAsync<ComponentStartException>(() => WebhookUnderTest.StartAsync($"  hook: {{path: /hook, secrets_file: '{path}'}}"));

        Assert.StartsWith("receivers::webhook::endpoints::hook::secrets_file: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public async Task A_secret_in_a_file_that_is_not_base64_refuses_to_start_without_being_shown()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "whsec_hunter 2\n", TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<ComponentStartException>(
            () => WebhookUnderTest.StartAsync($"  hook: {{path: /hook, scheme: standard, secrets_file: '{path}'}}"));

        Assert.Contains("endpoints::hook::secrets_file: secret 0 (counted from 0) is not base64", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", refusal.ToString(), StringComparison.Ordinal);
        File.Delete(path);
    }
}
