namespace Sluice.Load.Sending;

/// <summary>What a receiver said to a request.</summary>
internal enum SendAnswer
{
    /// <summary>It took all records.</summary>
    Acknowledged,

    /// <summary>It takes none of them now.</summary>
    Refused,

    /// <summary>It will never take them, or not all of them.</summary>
    Rejected,
}
