namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>Settings of an index that concern its mapping.</summary>
/// <param name="TotalFieldsLimit"><c>index.mapping.total_fields.limit</c>.</param>
/// <param name="IgnoresDynamicBeyondLimit"><c>index.mapping.total_fields.ignore_dynamic_beyond_limit</c>.</param>
/// <param name="DepthLimit"><c>index.mapping.depth.limit</c>.</param>
/// <param name="IgnoresMalformed"><c>index.mapping.ignore_malformed</c>.</param>
/// <param name="Coerces"><c>index.mapping.coerce</c>.</param>
internal sealed record DocumentMapperSettings(int TotalFieldsLimit, bool IgnoresDynamicBeyondLimit, int DepthLimit, bool IgnoresMalformed, bool Coerces);
