using System.Diagnostics;
using System.Text.Json.Nodes;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.CloudEvents;

/// <summary>A server that takes CloudEvents with the CloudEvents SDK for JavaScript.</summary>
internal sealed class CloudEventsListener : IDisposable
{
    private readonly Process _node;

    private CloudEventsListener(Process node, string port)
    {
        _node = node;
        Endpoint = $"http://127.0.0.1:{port}/events";
    }

    /// <summary>Where it takes them.</summary>
    public string Endpoint { get; }

    /// <summary>Starts one on a free port.</summary>
    public static async Task<CloudEventsListener> StartAsync()
    {
        var node = NodeScript.Start("cloudevents.mjs", "listen");
        return new CloudEventsListener(node, await LineAsync(node));
    }

    /// <summary>Waits for so many events; a request that the SDK does not take fails the test.</summary>
    /// <returns>The events in the JSON format, as the SDK sees them, each with the content type of its request.</returns>
    public async Task<List<(string ContentType, JsonObject Event)>> ReceiveAsync(int count)
    {
        var received = new List<(string, JsonObject)>();
        while (received.Count < count)
        {
            var line = await LineAsync(_node);
            var request = JsonNode.Parse(line)!;
            var events = request["events"] ?? throw new InvalidOperationException($"the SDK does not take a request: {line}");
            received.AddRange(events.AsArray().Select(cloudEvent => ((string)request["type"]!, cloudEvent!.AsObject())));
        }

        return received;
    }

    /// <summary>Ends it.</summary>
    /// <returns>What came beyond what was waited for, and the errors that it met.</returns>
    public async Task<string> StopAsync()
    {
        _node.StandardInput.Close();
        var output = await _node.StandardOutput.ReadToEndAsync();
        var error = await _node.StandardError.ReadToEndAsync();
        await _node.WaitForExitAsync();
        return output + error;
    }

    /// <summary>Lets go of it, which ends it with its input.</summary>
    public void Dispose() => _node.Dispose();

    private static async Task<string> LineAsync(Process node) =>
        await node.StandardOutput.ReadLineAsync().WaitAsync(Eventually.DefaultDeadline) ?? throw new InvalidOperationException(await node.StandardError.ReadToEndAsync());
}
