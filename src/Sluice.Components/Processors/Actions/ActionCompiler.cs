using Sluice.Telemetry;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Processors.Actions;

/// <summary>Turns validated actions into operations over wire bytes.</summary>
internal static class ActionCompiler
{
    public static IReadOnlyList<AttributeOperation> Compile(IEnumerable<AttributeActionOptions> actions) => [.. actions.Select(Compile)];

    private static AttributeOperation Compile(AttributeActionOptions action) => action.Action switch
    {
        ActionKind.Insert => AttributeOperation.Insert(action.Key, Source(action)),
        ActionKind.Update => AttributeOperation.Update(action.Key, Source(action)),
        ActionKind.Upsert => AttributeOperation.Upsert(action.Key, Source(action)),
        ActionKind.Delete => AttributeOperation.Delete(action.Key, PatternOf(action)),
        ActionKind.Hash => AttributeOperation.Hash(action.Key, PatternOf(action)),
        ActionKind.Extract => AttributeOperation.Extract(action.Key, Re2Pattern.Compile(action.Pattern)),
        _ => AttributeOperation.Convert(action.Key, action.ConvertedType switch
        {
            ConvertedType.Integer => AnyValueKind.Int,
            ConvertedType.Number => AnyValueKind.Double,
            ConvertedType.Boolean => AnyValueKind.Bool,
            _ => AnyValueKind.String,
        }),
    };

    private static AttributeSource Source(AttributeActionOptions action) =>
        action.Literal is { } literal ? AttributeSource.EncodedValue(LiteralValue.Encode(literal))
        : action.FromAttribute.Length > 0 ? AttributeSource.FromAttribute(action.FromAttribute)
        : AttributeSource.FromContext(action.FromContext);

    private static System.Text.RegularExpressions.Regex? PatternOf(AttributeActionOptions action) =>
        action.Pattern.Length == 0 ? null : Re2Pattern.Compile(action.Pattern);
}
