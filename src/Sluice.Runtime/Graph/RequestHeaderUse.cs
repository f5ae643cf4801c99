using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>Finds exporters that ask for headers of incoming requests which no receiver keeps.</summary>
internal static class RequestHeaderUse
{
    /// <summary>Warns of every such exporter.</summary>
    /// <param name="model">The configuration, without errors.</param>
    /// <param name="components">The components that are used, with their section and what was written for them, in the order of the file.</param>
    /// <param name="bag">Gets the warnings.</param>
    public static void Check(GraphModel model, IEnumerable<(string Section, ConfigEntry Entry, ComponentModel Model)> components, DiagnosticBag bag)
    {
        var settings = model.Pipelines.ToDictionary(pipeline => pipeline.Id, DeliverySettings.Mapped);
        foreach (var (section, entry, exporter) in components)
        {
            if (exporter.Factory.Kind != ComponentKind.Exporter)
            {
                continue;
            }

            var pipelines = model.Pipelines.Where(pipeline => pipeline.Exporters.Contains(exporter)).ToArray();
            var headers = DeliverySettings.Of(model, exporter, pipelines, settings).Partitioning.Properties.Where(property => property.HeaderName is not null).ToArray();
            var receivers = model.Pipelines.WithUpstream(pipelines).SelectMany(pipeline => pipeline.Receivers)
                .Where(receiver => receiver.Factory.Kind == ComponentKind.Receiver).Distinct().ToArray();
            if (headers.Length > 0 && receivers.All(receiver => receiver.Options is IHeaderKeeper { KeepsHeaders: false }))
            {
                bag.Warning(
                    entry.KeyPosition,
                    $"{section}::{entry.Key}",
                    $"asks for {string.Join(" and ", headers)} of incoming requests, with metadata_keys or an authenticator, but no receiver of its pipelines keeps headers",
                    $"set include_metadata: true in {string.Join(" or ", receivers.Select(receiver => $"receivers::{receiver.Id}"))}");
            }
        }
    }
}
