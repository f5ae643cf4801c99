using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Sluice.Store.Sqlite;

/// <summary>
/// Loads SQLite once per process: the operating system's library where there is one, since it gets security updates, else the one that
/// comes with the package.
/// </summary>
internal static class SqliteLibrary
{
    private const string BundledName = "e_sqlite3";

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>The version of the library in use, loading it at the first call.</summary>
    public static string Version => Loaded.Value;

    private static string Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return raw.sqlite3_libversion().utf8_to_string();
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == BundledName && OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libsqlite3.so.0", out var system) ? system : 0;
}
