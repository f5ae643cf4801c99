using Sluice.Configuration;

namespace Sluice.Components.Extensions.FileStorageExtension;

/// <summary>Options of the <c>file_storage</c> extension, none of which has an effect.</summary>
[IgnoredRecord("the journal keeps everything that must outlive a restart: set service::journal::directory and max_size; remove the extension")]
[IgnoredOption("directory", "the journal is in service::journal::directory")]
[IgnoredOption("create_directory", "directories are made where they are missing")]
[IgnoredOption("directory_permissions", "set the permissions of the data directory")]
[IgnoredOption("timeout", "nobody waits for a lock of the journal")]
[IgnoredOption("fsync", "service::journal::sync says when to flush")]
[IgnoredOption("compaction", "the journal frees its segments by itself")]
[IgnoredOption("recreate", "a damaged journal is opened with what is whole in it")]
public sealed record FileStorageExtensionOptions;
