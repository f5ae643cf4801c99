using System.Text.Json.Serialization;
using Sluice.Load.Exposing;
using Sluice.Load.Ids;
using Sluice.Load.Receiving;
using Sluice.Load.Sending;

namespace Sluice.Load;

/// <summary>How reports are printed, and read again by what starts the tool.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LoadReport))]
[JsonSerializable(typeof(SinkReport))]
[JsonSerializable(typeof(TargetReport))]
[JsonSerializable(typeof(Comparison))]
public sealed partial class ReportJson : JsonSerializerContext;
