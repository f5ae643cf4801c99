using Sluice.Configuration;
using Sluice.Runtime.Graph;

namespace Sluice.Hosting;

/// <summary>Turns a loaded configuration into a graph, and tells the user what is wrong with it.</summary>
internal static class ModelLoader
{
    /// <summary>Checks and binds; prints every error and warning.</summary>
    /// <param name="loaded">The configuration.</param>
    /// <param name="output">Where errors and warnings are printed.</param>
    /// <param name="isStrict">Whether warnings are errors too.</param>
    /// <returns>Null when there are errors.</returns>
    public static GraphModel? Load(LoadedConfiguration loaded, TextWriter output, bool isStrict = false)
    {
        var model = new GraphBuilder(BuiltIn.Components).Build(loaded);
        var diagnostics = isStrict ? loaded.Diagnostics.WithWarningsAsErrors() : loaded.Diagnostics;
        if (diagnostics.Items.Count > 0)
        {
            output.WriteLine(DiagnosticFormatter.Format(diagnostics).TrimEnd());
        }

        if (!diagnostics.HasErrors)
        {
            return model;
        }

        output.WriteLine($"The configuration has {diagnostics.ErrorCount} error{(diagnostics.ErrorCount == 1 ? "" : "s")}; nothing was started.");
        return null;
    }
}
