using Sluice.Store.Files;

namespace Sluice.Store.Writing;

/// <summary>Drops whole files: those that are too old, and the oldest while all are too much. The file being written stays.</summary>
internal sealed class Retention(StoreOptions options, TimeProvider time, Action<StoreNotice> notify)
{
    /// <summary>Drops what is to be dropped.</summary>
    public void Apply(StoreFileName? current)
    {
        var files = StoreFileName.List(options.Directory);
        var sizes = files.ConvertAll(file => StoreFile.Size(file.In(options.Directory)));
        var total = sizes.Sum();
        var oldestAllowed = time.GetUtcNow() - options.MaxAge;
        for (var i = 0; i < files.Count; i++)
        {
            // Without a current file the newest is it: it will be written next.
            if (files[i] == (current ?? files[^1]))
            {
                continue;
            }

            if (files[i].PeriodEnd <= oldestAllowed)
            {
                Drop(files[i], StoreNoticeKind.DroppedForAge, $"its period ended before {oldestAllowed:u}");
                total -= sizes[i];
            }
            else if (total > options.MaxSize)
            {
                Drop(files[i], StoreNoticeKind.DroppedForSize, $"the store held {total} bytes of {options.MaxSize} allowed");
                total -= sizes[i];
            }
        }
    }

    private void Drop(StoreFileName file, StoreNoticeKind kind, string reason)
    {
        var path = file.In(options.Directory);
        try
        {
            StoreFile.Delete(path);
            notify(new StoreNotice(kind, path, $"Dropped {path}: {reason}."));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            notify(new StoreNotice(StoreNoticeKind.DropFailed, path, $"{path} should have been dropped ({reason}) but could not be removed: {error.Message}"));
        }
    }
}
