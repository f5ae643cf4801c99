using System.Diagnostics.CodeAnalysis;

namespace Sluice.Configuration;

/// <summary>
/// Turns a part of the configuration tree into an options record. Reports everything that is wrong to a bag and always returns a record,
/// with defaults where a value could not be used; look at <see cref="DiagnosticBag.HasErrors"/> before using it.
/// </summary>
public static class OptionBinder
{
    /// <summary>Binds a record of options.</summary>
    /// <param name="node">The map, or null or a null scalar for all defaults.</param>
    /// <param name="bag">Receives all errors and warnings.</param>
    /// <param name="path">The path of the record, for diagnostics.</param>
    public static T Bind<[DynamicallyAccessedMembers(OptionsModel.Reflected)] T>(ConfigNode? node, DiagnosticBag bag, string path)
        where T : class => (T)Bind(typeof(T), node, bag, path);

    /// <inheritdoc cref="Bind{T}"/>
    public static object Bind(
        [DynamicallyAccessedMembers(OptionsModel.Reflected)] Type type, ConfigNode? node, DiagnosticBag bag, string path) =>
        RecordBinder.ForRecord(type).BindRecord(node, preset: null, new BindScope(bag, path, node?.Position));
}
