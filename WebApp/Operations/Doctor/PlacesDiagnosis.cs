using WebApp.Platform.Http.Client;

namespace WebApp.Operations.Doctor;

/// <summary>Checks the age of the file of places. That it can be read is checked at the start.</summary>
public sealed class PlacesDiagnosis(ClientPlaces places, TimeProvider clock)
{
    private static readonly TimeSpan Old = TimeSpan.FromDays(90);

    /// <summary>The finding; none if no file is configured.</summary>
    public IEnumerable<Finding> Look()
    {
        if (places.File is not { } file)
        {
            yield break;
        }

        var (kind, builtAt) = file;

        yield return clock.GetUtcNow() - builtAt > Old
            ? new("places_old", Severity.Warning, $"The file of places ({kind}) is of {builtAt:yyyy-MM-dd}: addresses have moved since.", "Download a newer one to Places:DatabasePath, and restart.")
            : Finding.Good("places", $"Places come from {kind} of {builtAt:yyyy-MM-dd}.");
    }
}
