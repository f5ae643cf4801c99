using Sluice.Components.Exporters.HttpExporter;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Testing.Sinks;
using Sluice.Transport.HttpClients;

namespace Sluice.Components.Tests.Exporters.HttpExporter;

public sealed class HttpExporterSigningTests
{
    private const string Other = "whsec_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";

    public static MatrixTheoryData<HttpFormat, ClientCompression> Forms => new(Enum.GetValues<HttpFormat>(), Enum.GetValues<ClientCompression>());

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task What_the_server_sees_is_signed_by_every_secret(HttpFormat format, ClientCompression compression)
    {
        await using var test = await HttpExporterUnderTest.StartAsync(
            new() { Format = format, Compression = compression, Signing = HttpExporterUnderTest.Signing(HttpExporterUnderTest.Secret, Other) });

        await test.DeliverAsync(test.Segment("a"));

        var request = Assert.Single(test.Sink.Requests);
        Assert.Equal(
            $"{HttpExporterUnderTest.Expected(request, HttpExporterUnderTest.Secret)} {HttpExporterUnderTest.Expected(request, Other)}",
            request.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task An_attempt_has_its_own_time_and_the_id_and_body_of_the_one_before()
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new() { Signing = HttpExporterUnderTest.Signing(HttpExporterUnderTest.Secret) });
        var segment = test.Segment("a", "b", "c");
        test.Sink.AnswerWith(_ => SinkAnswer.Status(503));
        await test.DeliverAsync(segment);
        test.Fixture.Time.Advance(TimeSpan.FromMinutes(7));
        await test.DeliverAsync(segment);

        var (first, second) = (test.Sink.Requests[0], test.Sink.Requests[1]);
        Assert.Equal(first.Headers["webhook-id"], second.Headers["webhook-id"]);
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(("1767225600", "1767226020"), (first.Headers["webhook-timestamp"], second.Headers["webhook-timestamp"]));
        Assert.NotEqual(first.Headers["webhook-signature"], second.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task An_id_names_the_records_of_its_request_and_no_others()
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new() { Signing = HttpExporterUnderTest.Signing(HttpExporterUnderTest.Secret) });
        var segment = test.Segment("a", "b", "c", "d");
        DeliverySegment[] runs = [segment, segment.Slice(0, 2), segment.Slice(0, 1), segment.Slice(1, 1), segment.Slice(1, 2), segment.Slice(2, 2)];
        foreach (var run in runs)
        {
            await test.DeliverAsync(run);
        }

        const string Epoch = "0000000000000007000000000000000";
        Assert.Equal(
            [$"{Epoch}0-4", $"{Epoch}0-2", $"{Epoch}0", $"{Epoch}1", $"{Epoch}1-2", $"{Epoch}2-2"],
            test.Sink.Requests.Select(request => request.Headers["webhook-id"]));
    }

    [Fact]
    public async Task Secrets_of_a_file_that_changes_are_used_from_then_on()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, HttpExporterUnderTest.Secret);
        await using var test = await HttpExporterUnderTest.StartAsync(new() { Signing = new() { SecretsFile = path } });

        await DeliverAsync(HttpExporterUnderTest.Secret);
        await File.WriteAllTextAsync(path, $"{Other}\n{HttpExporterUnderTest.Secret}\n");
        test.Fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await DeliverAsync(Other, HttpExporterUnderTest.Secret);

        // What cannot be used is reported, and what was read before stays in use.
        await File.WriteAllTextAsync(path, "hunter2");
        test.Fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await DeliverAsync(Other, HttpExporterUnderTest.Secret);
        Assert.Contains(test.Fixture.Log, line => line.Contains("is not base64", StringComparison.Ordinal));
        Assert.DoesNotContain(test.Fixture.Log, line => line.Contains("hunter2", StringComparison.Ordinal));
        File.Delete(path);

        async Task DeliverAsync(params string[] secrets)
        {
            await test.DeliverAsync(test.Segment("a"));
            var request = test.Sink.Requests[^1];
            Assert.Equal(string.Join(' ', secrets.Select(secret => HttpExporterUnderTest.Expected(request, secret))), request.Headers["webhook-signature"]);
        }
    }

    [Theory]
    [InlineData(null, "cannot be read")]
    [InlineData("", "there are 0 secrets")]
    [InlineData("hunter2", "is not base64")]
    public async Task A_file_without_usable_secrets_refuses_to_start(string? contents, string problem)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        if (contents is not null)
        {
            await File.WriteAllTextAsync(path, contents);
        }

        var refusal = await Assert.ThrowsAsync<ComponentStartException>(() => HttpExporterUnderTest.StartAsync(new() { Signing = new() { SecretsFile = path } }));

        Assert.StartsWith($"exporters::http::signing::secrets_file: {path}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Theory]
    [InlineData(HttpFormat.Json, BatchScope.Record)]
    [InlineData(HttpFormat.Webhook, BatchScope.Record)]
    [InlineData(HttpFormat.CloudEvents, BatchScope.Record)]
    [InlineData(HttpFormat.CloudEventsBinary, BatchScope.Record)]
    [InlineData(HttpFormat.CloudEventsBatch, BatchScope.Entry)]
    [InlineData(HttpFormat.JsonLines, BatchScope.Entry)]
    [InlineData(HttpFormat.JsonArray, BatchScope.Entry)]
    [InlineData(HttpFormat.OtlpJson, BatchScope.Entry)]
    public void Signed_requests_are_cut_in_places_that_a_restart_does_not_move(HttpFormat format, BatchScope scope)
    {
        IExporterFactory factory = new HttpExporterFactory();

        Assert.Equal(scope, factory.Delivery(new HttpExporterOptions { Format = format, Signing = new() }).Scope);
        Assert.Equal(scope == BatchScope.Record ? scope : BatchScope.Any, factory.Delivery(new HttpExporterOptions { Format = format }).Scope);
    }
}
