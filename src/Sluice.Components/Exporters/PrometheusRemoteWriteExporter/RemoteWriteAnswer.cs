using Sluice.Components.Exporters.HttpStatuses;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <summary>What became of one request.</summary>
/// <param name="Outcome">Null when it was taken, in part at least.</param>
/// <param name="MayHaveArrived">Whether the receiver may have taken it all the same.</param>
/// <param name="IsOutOfOrder">Refused since the receiver has samples of that time, or later ones, of a series already.</param>
internal readonly record struct RemoteWriteAnswer(DeliveryOutcome? Outcome, bool MayHaveArrived = false, bool IsOutOfOrder = false)
{
    /// <summary>What receivers say of samples of whose series they have later ones: Prometheus, Mimir and Cortex, and Thanos.</summary>
    private static readonly string[] LaterTexts = ["out of order", "out-of-order", "too old sample", "timestamp-too-old"];

    /// <summary>What they say of samples of whose series they have one of the same time.</summary>
    private static readonly string[] DuplicateTexts = ["duplicate sample", "duplicate timestamp", "duplicate-timestamp"];

    /// <summary>What a Prometheus that has the feature switched off says, with a 500: trying again brings nothing until it is started anew.</summary>
    private const string DisabledText = "native histograms are disabled";

    /// <summary>It was taken.</summary>
    public static RemoteWriteAnswer Taken { get; }

    /// <summary>Refused, and the receiver says that it has later samples of a series.</summary>
    public bool HasLater { get; private init; }

    /// <summary>The receiver does not know the message.</summary>
    public bool IsUnsupported { get; private init; }

    /// <summary>Samples of a request that was taken which the receiver says it did not write.</summary>
    public int Refused { get; private init; }

    /// <summary>What was said about them.</summary>
    public string Reason { get => field ?? ""; private init; }

    /// <summary>Judges an answer; the specifications of remote write, "Retries and backoff".</summary>
    /// <param name="action">What its status means.</param>
    /// <param name="status">The status code.</param>
    /// <param name="retryAfter">What the receiver asks for.</param>
    /// <param name="reason">What is said about it.</param>
    /// <param name="said">What the receiver said.</param>
    public static RemoteWriteAnswer Judge(StatusAction action, int status, TimeSpan? retryAfter, string reason, string said) => action switch
    {
        StatusAction.Deliver => Taken,
        StatusAction.Retry when status == 500 && said.Contains(DisabledText, StringComparison.Ordinal) =>
            new(DeliveryOutcome.RejectedWhole($"{reason}; start it with --enable-feature=native-histograms and replay the dead letters, or have histograms made with bounds of their own")),
        StatusAction.Retry => new(DeliveryOutcome.Retry(reason, retryAfter), MayHaveArrived: status is not (429 or 503)),
        StatusAction.Split => new(DeliveryOutcome.TooLarge(reason)),
        StatusAction.Hold => new(DeliveryOutcome.Fatal(reason)),
        _ when UsualStatuses.IsAboutTheConfiguration(status) => new(DeliveryOutcome.Refused($"{reason}; mend it and replay the dead letters, or have the journal keep what comes meanwhile (on_status: {{{status}: hold}})")),
        _ => new(DeliveryOutcome.RejectedWhole(reason), IsOutOfOrder: status == 409 || Says(said, LaterTexts) || Says(said, DuplicateTexts)) { HasLater = Says(said, LaterTexts) },
    };

    /// <summary>Judges an answer of remote write 2.0, which says how much was written: "Required Written Response Headers" and "Partial Write".</summary>
    /// <param name="first">What remote write 1.0 makes of it.</param>
    /// <param name="status">The status code.</param>
    /// <param name="sent">Samples of the request, native histograms included.</param>
    /// <param name="written">How many of them were written; null when the receiver does not say.</param>
    /// <param name="reason">What is said about it.</param>
    public static RemoteWriteAnswer Judge(RemoteWriteAnswer first, int status, int sent, long? written, string reason)
    {
        var isSuccess = status is >= 200 and <= 299;
        if (first.Outcome is null && !isSuccess)
        {
            return first;
        }

        if (status == 415 || (first.Outcome is null && written is null))
        {
            // What does not say what it wrote has taken the message for one of 1.0, in which it is empty, or is between us and the receiver.
            return new RemoteWriteAnswer(DeliveryOutcome.Retry(reason), MayHaveArrived: true) { IsUnsupported = true };
        }

        var refused = sent - (int)Math.Clamp(written ?? 0, 0, sent);
        return first.Outcome?.Status switch
        {
            null => new RemoteWriteAnswer { Refused = refused, Reason = $"{reason}, and wrote {written} of {sent} samples" },
            DeliveryStatus.RejectedWhole when written > 0 => new RemoteWriteAnswer
            {
                IsOutOfOrder = first.IsOutOfOrder,
                Refused = refused,
                Reason = $"{reason} ({written} of {sent} samples were written)",
            },
            _ => first with { MayHaveArrived = first.MayHaveArrived || written > 0 },
        };
    }

    private static bool Says(string said, string[] texts) => texts.Any(text => said.Contains(text, StringComparison.OrdinalIgnoreCase));
}
