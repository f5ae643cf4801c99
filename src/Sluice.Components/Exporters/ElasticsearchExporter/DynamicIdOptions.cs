using Sluice.Configuration;
using Sluice.Telemetry.Encoders.Elasticsearch;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>Ids that records bring with them: the Collector's <c>logs_dynamic_id</c> and <c>traces_dynamic_id</c>, and what they are unique within.</summary>
public sealed record DynamicIdOptions : IValidatableOptions
{
    private const int LongestPattern = 255;

    /// <summary>Whether they are read.</summary>
    [Option("Whether documents have these ids instead of those of their records. Records with the same id are then one document.")]
    public bool Enabled { get; init; }

    /// <summary>Where they are taken from.</summary>
    [Option("Where the id is taken from: attribute, or span for the trace id and span id of a span.")]
    public NaturalIdSource From { get; init; } = NaturalIdSource.Attribute;

    /// <summary>The attribute.</summary>
    [Option("The attribute of the record that has the id, a text or a whole number. The default alone is left out of documents.")]
    public string Attribute { get; init; } = NaturalIdOptions.DefaultAttribute;

    /// <summary>What they are unique within.</summary>
    [Option("What ids are unique within, and so is put before them: receiver for the id of the receiver that the record came by, and names of attributes of the record, its scope or its resource, such as webhook.endpoint.")]
    public IReadOnlyList<string> Scope { get; init; } = [];

    /// <summary>Whose documents have them.</summary>
    [Option("Names of indices or data streams, with * for any characters, whose documents have these ids; by default all.")]
    public IReadOnlyList<string> Indices { get; init; } = [];

    /// <summary>What becomes of records that lack one.</summary>
    [Option("Whether a record that lacks its id, or part of the scope, goes to the dead letters; otherwise its document has the id of the record.")]
    public bool Required { get; init; }

    /// <summary>The same for documents; null for the ids of records.</summary>
    internal NaturalIdOptions? Ids => !Enabled ? null : new()
    {
        Source = From,
        Attribute = Attribute,
        Scope = Scope,
        Indices = Indices,
        IsRequired = Required,
    };

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Attribute.Length == 0)
        {
            context.Error("attribute", "is empty", "name the attribute that has the id, or leave the key out");
        }

        if (From == NaturalIdSource.Span && Attribute != NaturalIdOptions.DefaultAttribute)
        {
            context.Error("attribute", "is not read with from: span", "keep one of the two");
        }

        if (Scope.Any(part => part.Length == 0))
        {
            context.Error("scope", "has an empty name", "write receiver, or names of attributes");
        }

        foreach (var pattern in Indices.Where(pattern => pattern.Length > LongestPattern || DocumentTarget.FindFault(pattern.Replace('*', 'x')) is not null))
        {
            context.Error("indices", $"\"{pattern}\" fits no name that an index can have", "write names such as logs-webhooks-*, in lower case");
        }
    }
}
