namespace Sluice.Journal;

/// <summary>
/// What a consumer let go of to make room: of its oldest entries in the log, first those before <paramref name="ReleasedThrough"/>, which it
/// had read and may still settle, then those before <paramref name="DroppedThrough"/>, counted as dropped.
/// </summary>
/// <param name="Consumer">Whose entries.</param>
/// <param name="ReleasedThrough">Behind the last entry released; default for none.</param>
/// <param name="DroppedThrough">Behind the last entry dropped; default for none.</param>
internal readonly record struct Release(ConsumerState Consumer, RecordId ReleasedThrough, RecordId DroppedThrough);
