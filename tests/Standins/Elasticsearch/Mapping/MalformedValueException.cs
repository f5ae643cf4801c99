namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>A value is not of its field's type.</summary>
/// <param name="message">What is wrong with it.</param>
/// <param name="type">The type of the error that is the cause.</param>
internal sealed class MalformedValueException(string message, string type = "illegal_argument_exception") : Exception(message)
{
    /// <summary>The type of the error that is the cause.</summary>
    public string Type { get; } = type;
}
