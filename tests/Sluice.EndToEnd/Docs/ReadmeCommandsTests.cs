using System.Text;
using System.Text.RegularExpressions;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Docs;

/// <summary>Runs what the README prints for newcomers, on ports of the system's choice.</summary>
public sealed partial class ReadmeCommandsTests
{
    [Fact]
    public async Task The_commands_of_the_readme_work_as_printed()
    {
        await using var sluice = await SluiceProcess.StartAsync(["demo", "--rate", "50", .. SluiceProcess.FreePorts]);
        using var client = new HttpClient();
        var api = $"http://{sluice.Endpoints["api"]}";
        await Eventually.TrueAsync(
            async () => (await client.GetStringAsync(new Uri(api + "/api/v1/traces?error=true"))).Contains("trace_id", StringComparison.Ordinal),
            () => "the demo has stored a failed order");
        var text = (await File.ReadAllTextAsync(GoldenFile.PathOf("README.md"))).Replace("\\\n", " ", StringComparison.Ordinal);

        var requests = CurlCommand().Matches(text);
        Assert.NotEmpty(requests);
        foreach (Match request in requests)
        {
            var url = request.Groups["url"].Value
                .Replace("127.0.0.1:4320", sluice.Endpoints["api"], StringComparison.Ordinal)
                .Replace("127.0.0.1:4318", sluice.Endpoints["otlp/http"], StringComparison.Ordinal);
            using var body = new StringContent(request.Groups["body"].Value, Encoding.UTF8, "application/json");
            using var answer = request.Groups["body"].Success ? await client.PostAsync(new Uri(url), body) : await client.GetAsync(new Uri(url));
            Assert.True(answer.IsSuccessStatusCode, $"{request.Value} is answered with {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }

        foreach (Match search in SearchCommand().Matches(text))
        {
            var word = search.Groups["word"].Value;
            await Eventually.TrueAsync(
                async () => (await SluiceProcess.RunAsync(["search", word, "--api", api])) is { ExitCode: 0, Output.Length: > 0 },
                () => $"`search {word}` finds something");
        }
    }

    [GeneratedRegex("""^curl (?:-H '[^']*' )?(?<quote>'?)(?<url>http://[^' \n]+)\k<quote>(?:\s+-d '(?<body>[^']*)')?""", RegexOptions.Multiline, 5000)]
    private static partial Regex CurlCommand();

    [GeneratedRegex("""--project src/Sluice -- search (?<word>\w+)$""", RegexOptions.Multiline, 5000)]
    private static partial Regex SearchCommand();
}
