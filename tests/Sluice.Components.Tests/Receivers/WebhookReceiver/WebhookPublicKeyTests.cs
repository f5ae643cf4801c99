using System.Diagnostics.Metrics;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

/// <summary>Signatures that public keys check. The keys are the first two of RFC 8032, 7.1; the signatures were made by <c>openssl pkeyutl -sign -rawin</c>.</summary>
public sealed class WebhookPublicKeyTests
{
    private const string Body = """{"kind":"a"}""";
    private const string First = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    private const string FirstHex = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    private const string Second = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=";
    private const string Pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----";
    private const string FirstOfBody = "vL3MVhCm8q4ju6UVL28G/WTO9rHfmTpouQpCWbDflIjCFbVNjXYnd46pxdefPtGfsXDX5clWBKVHavQ0cy4pCQ==";
    private const string SecondOfBody = "kEAgrtF06/8YFFO4Dffp1GxEJQrEkW/mCcVgH8Ix7b/CGqcJJSPCgxj2yAtb9gk/j7DAYzD3Lm2s/h7purnYAQ==";
    private const string Timed = "header: X-Signature-Ed25519, algorithm: ed25519, signed: \"{timestamp}{body}\", timestamp: \"header:X-Signature-Timestamp\"";

    /// <summary>Of the time and the body.</summary>
    private const string FirstOfBoth = "eeb2ab3a8248a10ccec36c351622c671fa6c978357012b65393c1f61e43709b2da74095ac0b3bcb818efef7d9ac045d7a81147c794f1c236345d412192d4e20d";

    /// <summary>The same with the order of the group added to its second half.</summary>
    private const string FirstOfBothAgain = "eeb2ab3a8248a10ccec36c351622c671fa6c978357012b65393c1f61e43709b2c748ffb6da16cf10ef8be72079ba24eca81147c794f1c236345d412192d4e21d";

    [Theory]
    [InlineData(FirstHex, Timed, "X-Signature-Timestamp=1767225600;X-Signature-Ed25519=" + FirstOfBoth)]
    [InlineData(First, "header: X-Sig, algorithm: ed25519, encoding: base64", "X-Sig=" + FirstOfBody)]
    [InlineData("whpk_" + First, "header: X-Sig, algorithm: ed25519, encoding: any, prefix: \"ed25519=\"", "X-Sig=ed25519=" + FirstOfBody)]
    [InlineData(First, "header: X-Sig, algorithm: ed25519, encoding: any", "X-Sig=bcbdcc5610a6f2ae23bba5152f6f06fd64cef6b1df993a68b90a4259b0df9488c215b54d8d7627778ea9c5d79f3ed19fb170d7e5c95604a5476af434732e2909")]
    [InlineData(First, "header: X-Sig, algorithm: ed25519, encoding: base64, prefix: \"v1=\", separator: comma, signed: \"{timestamp}.{body}\", timestamp: \"field:t\"", "X-Sig=t=1767225600,v1=Xic9tsd1Mc1S3Y+T9quOGzqKTT95wamr83xQFauUkJI1riHKD0PB+wIDabvGaCBj9Z0oEkqVQaU+DhIZS21xDw==")]
    [InlineData(First, "header: X-Sig, algorithm: ed25519, encoding: base64, signed: \"{id}.{body}\", id: \"header:X-Id\"", "X-Id=i-1;X-Sig=WpXWjdfOZTL58KXi74uPTq3vvI7AVRrHb+NxG4dZ6JBaE9Fjhv3atlVqKiZ5zLJyumAWidFllVL/80ul2txmAg==")]
    public async Task What_is_declared_is_verified(string key, string signature, string headers)
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoint(key, signature));
        (string Name, string Value)[] sent = [.. headers.Split(';').Select(header => (header[..header.IndexOf('=', StringComparison.Ordinal)], header[(header.IndexOf('=', StringComparison.Ordinal) + 1)..]))];

        Assert.Equal(202, (await test.PostAsync("/hook", Body, sent)).Status);
        foreach (var bit in Enumerable.Range(0, Body.Length * 8))
        {
            var changed = System.Text.Encoding.UTF8.GetBytes(Body);
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(401, (await test.PostAsync("/hook", changed, "application/json", sent)).Status);
        }

        for (var i = 0; i < sent.Length; i++)
        {
            Assert.Equal(401, (await test.PostAsync("/hook", Body, [.. sent[..i], .. sent[(i + 1)..]])).Status);
            foreach (var cut in Enumerable.Range(1, sent[i].Value.Length))
            {
                Assert.Equal(401, (await test.PostAsync("/hook", Body, Changed(sent, i, sent[i].Value[..^cut]))).Status);
            }

            // The second bit, since the sixth makes a hexadecimal digit another way to write the same.
            foreach (var index in Enumerable.Range(0, sent[i].Value.Length))
            {
                var other = (char)(sent[i].Value[index] ^ 2);
                if (other is > ' ' and < '\u007f')
                {
                    Assert.Equal(401, (await test.PostAsync("/hook", Body, Changed(sent, i, sent[i].Value[..index] + other + sent[i].Value[(index + 1)..]))).Status);
                }
            }
        }

        Assert.Single(test.Intake.Records);
        test.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(signature.Contains("timestamp", StringComparison.Ordinal) ? 401 : 202, (await test.PostAsync("/hook", Body, sent)).Status);
    }

    [Theory]
    [InlineData(FirstOfBothAgain)]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000" + "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(FirstOfBoth + "00")]
    [InlineData("bcbdcc5610a6f2ae23bba5152f6f06fd64cef6b1df993a68b90a4259b0df9488")]
    public async Task What_only_looks_like_a_signature_is_refused(string signature)
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoint(FirstHex, Timed));

        Assert.Equal(401, (await test.PostAsync("/hook", Body, ("X-Signature-Timestamp", "1767225600"), ("X-Signature-Ed25519", signature))).Status);
        Assert.Equal(0, test.Intake.Submissions);
    }

    [Fact]
    public async Task Any_of_several_keys_will_do_and_the_metric_says_which()
    {
        await using var test = await WebhookUnderTest.StartAsync(
            Endpoint($"whpk_{Second}', '{First}", "header: X-Sig, algorithm: ed25519, encoding: base64, separator: comma"));
        var verified = new List<object?>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == test.Meter && instrument.Name == "sluice_webhook_verified_requests")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => verified.Add(tags.ToArray().Single(tag => tag.Key == "secret").Value));
        listener.Start();

        Assert.Equal(202, (await test.PostAsync("/hook", Body, ("X-Sig", FirstOfBody))).Status);
        Assert.Equal(202, (await test.PostAsync("/hook", Body, ("X-Sig", SecondOfBody))).Status);
        Assert.Equal(202, (await test.PostAsync("/hook", Body, ("X-Sig", "AAAA," + SecondOfBody))).Status);
        Assert.Equal(401, (await test.PostAsync("/hook", Body, ("X-Sig", "AAAA"))).Status);

        Assert.Equal([1, 0, 0], verified);
    }

    /// <summary>Each is a check that takes long, so that no more than a few of one request are made.</summary>
    [Fact]
    public async Task Of_many_signatures_the_first_four_count()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoint(First, "header: X-Sig, algorithm: ed25519, encoding: base64, separator: comma"));

        Assert.Equal(202, (await test.PostAsync("/hook", Body, ("X-Sig", string.Concat(Enumerable.Repeat(SecondOfBody + ",", 3)) + FirstOfBody))).Status);
        Assert.Equal(401, (await test.PostAsync("/hook", Body, ("X-Sig", string.Concat(Enumerable.Repeat(SecondOfBody + ",", 4)) + FirstOfBody))).Status);
    }

    [Fact]
    public async Task Standard_Webhooks_takes_keys_of_both_kinds_side_by_side()
    {
        var code = WebhookVectors.Named("Standard Webhooks");
        var signed = WebhookVectors.Named("Standard Webhooks, public key");
        await using var test = await WebhookUnderTest.StartAsync(
            $"  hook: {{path: /hook, scheme: standard, secrets: ['{code.Secret}', '{signed.Secret}']}}\n  code: {{path: /code, scheme: standard, secrets: ['{code.Secret}']}}", now: code.Now);

        Assert.Equal(202, (await code.SendAsync(test)).Status);
        Assert.Equal(202, (await signed.SendAsync(test)).Status);
        Assert.Equal(202, (await code.With("webhook-signature", $"{signed.Headers[^1].Value} {code.Headers[^1].Value}").SendAsync(test)).Status);

        // What is a signature of one kind is none of the other.
        Assert.Equal(401, (await code.With("webhook-signature", code.Headers[^1].Value.Replace("v1,", "v1a,", StringComparison.Ordinal)).SendAsync(test)).Status);
        Assert.Equal(401, (await code.With("webhook-signature", signed.Headers[^1].Value.Replace("v1a,", "v1,", StringComparison.Ordinal)).SendAsync(test)).Status);
        Assert.Equal(401, (await test.PostAsync("/code", signed.Bytes, signed.ContentType, signed.Headers)).Status);
        Assert.Single(test.Intake.Records);
    }

    [Fact]
    public async Task Keys_in_a_file_may_be_PEM_and_are_read_again_when_it_changes()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, $"{Second}\n", TestContext.Current.CancellationToken);
        await using var test = await WebhookUnderTest.StartAsync(
            $"  hook: {{path: /hook, scheme: custom, idempotency: none, secrets_file: '{path}', signature: {{header: X-Sig, algorithm: ed25519, encoding: base64}}}}");
        Assert.Equal(401, (await test.PostAsync("/hook", Body, ("X-Sig", FirstOfBody))).Status);

        await File.WriteAllTextAsync(path, $"{Pem}\r\n\r\n{Second}\n", TestContext.Current.CancellationToken);
        test.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(202, (await test.PostAsync("/hook", Body, ("X-Sig", FirstOfBody))).Status);
        Assert.Equal(202, (await test.PostAsync("/hook", Body, ("X-Sig", SecondOfBody))).Status);

        // A key that is none leaves those from before.
        await File.WriteAllTextAsync(path, "hunter2\n", TestContext.Current.CancellationToken);
        test.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(202, (await test.PostAsync("/hook", Body, ("X-Sig", FirstOfBody))).Status);
        File.Delete(path);
    }

    [Fact]
    public async Task A_key_in_a_file_that_is_none_refuses_to_start_without_being_shown()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "hunter2\n", TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<ComponentStartException>(() => WebhookUnderTest.StartAsync(
            $"  hook: {{path: /hook, scheme: custom, secrets_file: '{path}', signature: {{header: X-Sig, algorithm: ed25519}}}}"));

        Assert.StartsWith("receivers::webhook::endpoints::hook::secrets_file: secret 0 (counted from 0) is no public key of Ed25519", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", refusal.ToString(), StringComparison.Ordinal);
        File.Delete(path);
    }

    /// <summary>What is signed is copied together with its time, which takes as much memory again.</summary>
    [Fact]
    public async Task A_copy_that_there_is_no_memory_for_is_a_reason_to_send_again()
    {
        var body = "\"" + new string('a', 40_000) + "\"";
        await using var test = await WebhookUnderTest.StartAsync(Endpoint(FirstHex, Timed), intakeLimit: 80 << 10);

        var reply = await test.PostAsync("/hook", body, ("X-Signature-Timestamp", "1767225600"), ("X-Signature-Ed25519", FirstOfBoth));

        Assert.Equal(429, reply.Status);
        Assert.True(reply.Headers.ContainsKey("Retry-After"));
        Assert.Equal(401, (await test.PostAsync("/hook", Body, ("X-Signature-Timestamp", "1767225600"), ("X-Signature-Ed25519", FirstOfBoth[..^1] + "c"))).Status);
    }

    private static string Endpoint(string keys, string signature) =>
        $"  hook: {{path: /hook, scheme: custom, secrets: ['{keys}'], event_name: \"body:kind\", idempotency: content, signature: {{{signature}}}}}";

    private static (string, string)[] Changed((string Name, string Value)[] headers, int index, string value)
    {
        (string, string)[] changed = [.. headers];
        changed[index] = (headers[index].Name, value);
        return changed;
    }
}
