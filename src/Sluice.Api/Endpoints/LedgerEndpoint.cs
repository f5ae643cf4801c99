namespace Sluice.Api.Endpoints;

/// <summary>The accounts of every pipeline.</summary>
internal sealed class LedgerEndpoint : ApiEndpoint
{
    public override string Path => "ledger";

    public override string Summary => "What became of every record, per pipeline and exporter.";

    public override bool IsSearch => false;

    public override ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var lines = request.Status.Ledger;
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteBoolean("balanced", lines.All(line => line.Balanced));
        json.WriteStartArray("pipelines");
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteString("pipeline", line.Pipeline);
            json.WriteNumber("accepted", line.Accepted);
            json.WriteNumber("filtered", line.Filtered);
            json.WriteNumber("sampled_out", line.SampledOut);
            json.WriteNumber("rejected", line.Rejected);
            json.WriteNumber("committed", line.Committed);
            json.WriteBoolean("balanced", line.Balanced);
            json.WriteStartArray("exporters");
            foreach (var consumer in line.Consumers)
            {
                json.WriteStartObject();
                json.WriteString("exporter", consumer.Exporter);
                json.WriteNumber("subscribed", consumer.Subscribed);
                json.WriteNumber("delivered", consumer.Delivered);
                json.WriteNumber("duplicate", consumer.Duplicate);
                json.WriteNumber("dead_lettered", consumer.DeadLettered);
                json.WriteNumber("dropped", consumer.Dropped);
                json.WriteNumber("corrupt", consumer.Corrupt);
                json.WriteNumber("pending", consumer.Pending);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return ValueTask.CompletedTask;
    }
}
