namespace Sluice.Runtime.Contracts;

/// <summary>Describes a component type and creates its instances. One per type and kind, listed in <c>BuiltIn.cs</c>.</summary>
public interface IComponentFactory
{
    /// <summary>The type in the configuration, such as <c>otlp</c>.</summary>
    string Type { get; }

    /// <summary>Other names that mean the same, such as those the Collector has deprecated.</summary>
    IReadOnlyList<string> Aliases => [];

    /// <summary>Which section it belongs to.</summary>
    ComponentKind Kind { get; }

    /// <summary>The pipelines it may stand in; empty for extensions.</summary>
    IReadOnlyList<PipelineSignal> Signals { get; }

    /// <summary>One line for <c>sluice components</c>.</summary>
    string Summary { get; }

    /// <summary>The options record, declared with <see cref="Sluice.Configuration.OptionAttribute"/>.</summary>
    Type OptionsType { get; }
}
