namespace Sluice.Components.Tests.Exporters.KafkaExporter;

public sealed class KafkaExporterOptionsTests
{
    [Theory]
    [InlineData("logs: { topic: 'a b' }", "logs::topic", "use up to 249 letters, digits, dots, underscores and dashes")]
    [InlineData("logs: { topic: '..' }", "logs::topic", "use up to 249 letters, digits, dots, underscores and dashes")]
    [InlineData("logs: { key: service, key_from_attribute: a }", "logs::key", "keep one of key, key_from_attribute and message_key_from_metadata_key")]
    [InlineData("traces: { topic_from_metadata_key: 'a b' }", "traces::topic_from_metadata_key", null)]
    [InlineData("partition_logs_by_trace_id: true\npartition_logs_by_resource_attributes: true", "partition_logs_by_trace_id", "keep one of them")]
    [InlineData("partition_traces_by_id: true\ntraces: { key_from_attribute: a }", "partition_traces_by_id", "keep one of them")]
    [InlineData("traces: { encoding: raw }", "traces::encoding", "use json, or another encoding")]
    [InlineData("metrics: { key: trace_id }", "metrics::key", "use resource or service")]
    [InlineData("producer: { max_message_bytes: 40000000 }", "producer::buffer_memory", "raise it, or lower max_message_bytes")]
    [InlineData("producer: { compression: snappy, compression_params: { level: 3 } }", "producer::compression_params::level", "leave it out: it has none")]
    [InlineData("producer: { compression: gzip, compression_params: { level: 10 } }", "producer::compression_params::level", "use -1 to 9")]
    [InlineData("topic: a", "topic", "use logs::topic, metrics::topic and traces::topic")]
    [InlineData("brokers: []", "brokers", "name at least one, such as kafka-1:9092")]
    [InlineData("record_headers: { '': a }", "record_headers", null)]
    public void What_cannot_work_is_refused_with_a_remedy(string yaml, string key, string? remedy)
    {
        var (_, diagnostics) = KafkaExporterUnderTest.Bind(yaml);

        var error = Assert.Single(diagnostics.Items);
        Assert.Equal("kafka::" + key, error.Key);
        if (remedy is not null)
        {
            Assert.Equal(remedy, error.Remedy);
        }
    }

    [Fact]
    public void The_collectors_defaults_hold()
    {
        var (options, diagnostics) = KafkaExporterUnderTest.Bind("producer: { required_acks: 1 }");

        var warning = Assert.Single(diagnostics.Items);
        Assert.Equal("kafka::producer::required_acks", warning.Key);
        Assert.Equal(["otlp_logs", "otlp_metrics", "otlp_spans"], [options!.Logs.Topic, options.Metrics.Topic, options.Traces.Topic]);
    }
}
