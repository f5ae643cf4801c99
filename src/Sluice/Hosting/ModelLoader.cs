using Sluice.Configuration;
using Sluice.Runtime.Graph;

namespace Sluice.Hosting;

/// <summary>Turns a loaded configuration into a graph, and tells the user what is wrong with it.</summary>
internal static class ModelLoader
{
    /// <summary>Checks and binds; prints every error and warning.</summary>
    /// <returns>Null when there are errors.</returns>
    public static GraphModel? Load(LoadedConfiguration loaded, TextWriter output)
    {
        var model = new GraphBuilder(BuiltIn.Components).Build(loaded);
        if (loaded.Diagnostics.Items.Count > 0)
        {
            output.WriteLine(DiagnosticFormatter.Format(loaded.Diagnostics).TrimEnd());
        }

        if (model is null)
        {
            output.WriteLine($"The configuration has {loaded.Diagnostics.ErrorCount} error{(loaded.Diagnostics.ErrorCount == 1 ? "" : "s")}; nothing was started.");
        }

        return model;
    }
}
