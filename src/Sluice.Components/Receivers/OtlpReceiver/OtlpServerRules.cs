using Sluice.Configuration;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>Rules that both protocols share.</summary>
internal static class OtlpServerRules
{
    public static void CheckTransport(string transport, OptionsValidation context)
    {
        if (transport is not "tcp")
        {
            context.Error("transport", $"\"{transport}\" is not supported", "use tcp, with an address of one family in endpoint if only that is wanted");
        }
    }
}
