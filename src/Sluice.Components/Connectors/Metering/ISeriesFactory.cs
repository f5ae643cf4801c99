namespace Sluice.Components.Connectors.Metering;

/// <summary>Makes the series of a connector.</summary>
internal interface ISeriesFactory
{
    /// <summary>How many kinds of series there are.</summary>
    int Kinds { get; }

    /// <summary>Makes a series that counted nothing yet.</summary>
    MeteredSeries Create(uint id, ResourceGroup group, int kind, byte[] key, byte[] attributes);
}
