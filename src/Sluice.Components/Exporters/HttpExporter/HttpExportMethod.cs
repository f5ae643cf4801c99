using Sluice.Configuration;

namespace Sluice.Components.Exporters.HttpExporter;

/// <summary>The method of requests.</summary>
public enum HttpExportMethod
{
    /// <summary>POST.</summary>
    [OptionValue("POST", "post")]
    Post,

    /// <summary>PUT.</summary>
    [OptionValue("PUT", "put")]
    Put,

    /// <summary>PATCH.</summary>
    [OptionValue("PATCH", "patch")]
    Patch,
}
