namespace Sluice.Store;

/// <summary>Something the store did by itself that its operator should know.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Path">The file concerned.</param>
/// <param name="Message">A sentence for the log.</param>
public sealed record StoreNotice(StoreNoticeKind Kind, string Path, string Message);
