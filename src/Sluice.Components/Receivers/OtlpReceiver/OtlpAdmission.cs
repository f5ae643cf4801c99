namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>Whether a request may come in.</summary>
/// <param name="Refusal">Why not; null when it may.</param>
/// <param name="Subject">Who the sender proved to be; null when the credentials name nobody, or none are asked for.</param>
internal readonly record struct OtlpAdmission(OtlpAnswer? Refusal, string? Subject);
