namespace Sluice.Runtime.Contracts;

/// <summary>
/// What the requests have in common whose records are delivered together: exactly the properties that the exporter asked for through
/// <see cref="IRequestPropertyUser"/>, or its batching through <c>metadata_keys</c>. Immutable.
/// </summary>
public sealed class RequestValues
{
    private readonly IReadOnlyDictionary<RequestProperty, IReadOnlyList<string>> _values;

    /// <summary>Creates it.</summary>
    /// <param name="values">The values of every property asked for; an empty list for a request that has none.</param>
    public RequestValues(IReadOnlyDictionary<RequestProperty, IReadOnlyList<string>> values) => _values = values;

    /// <summary>Nothing was asked for: the records come from any requests.</summary>
    public static RequestValues None { get; } = new(new Dictionary<RequestProperty, IReadOnlyList<string>>());

    /// <summary>Nothing was asked for.</summary>
    public bool IsEmpty => _values.Count == 0;

    /// <summary>The values of a property, in the order of the request; empty when it had none.</summary>
    /// <exception cref="InvalidOperationException">The property was not asked for, so that the records may come from requests that differ in it.</exception>
    public IReadOnlyList<string> this[RequestProperty property] => _values.TryGetValue(property, out var values)
        ? values
        : throw new InvalidOperationException($"The records of this batch were not gathered by {property}.");
}
