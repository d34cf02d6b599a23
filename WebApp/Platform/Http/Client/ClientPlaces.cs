using System.Net;
using System.Net.Sockets;
using MaxMind.Db;
using Microsoft.Extensions.Options;
using WebApp.Platform.Text;

namespace WebApp.Platform.Http.Client;

/// <summary>Where the places of addresses are read from: section <c>Places</c>.</summary>
public sealed class PlaceOptions
{
    /// <summary>A file in MaxMind's format (<c>.mmdb</c>) with cities or countries, such as GeoLite2 City; without one, pages show no places.</summary>
    public string? DatabasePath { get; set; }
}

/// <summary>
/// The approximate place of an address, “Berlin, Germany”, from a file that the operator brings. The file is mapped into memory; nothing is asked of anybody.
/// </summary>
public sealed class ClientPlaces : IDisposable
{
    private readonly Reader? reader;
    private readonly LogIntervals intervals;
    private readonly ILogger<ClientPlaces> logger;

    /// <summary>Opens the file, if one is configured.</summary>
    public ClientPlaces(IOptions<PlaceOptions> options, LogIntervals intervals, ILogger<ClientPlaces> logger)
    {
        (this.intervals, this.logger) = (intervals, logger);
        reader = options.Value.DatabasePath is { Length: > 0 } path ? PlaceFile.Open(path) : null;
    }

    /// <summary>Whether pages show places.</summary>
    public bool IsConfigured => reader is not null;

    /// <summary>The kind of the file, and when it was made (UTC); null if there is none.</summary>
    public (string Kind, DateTime BuiltAt)? File => reader is null ? null : (reader.Metadata.DatabaseType, reader.Metadata.BuildDate);

    /// <summary>City and country, as far as they are known, in the language of the page, else in English; null if nothing is known.</summary>
    public string? Find(IPAddress? address)
    {
        if (reader is null || address is null)
        {
            return null;
        }

        address = ClientInfo.Unmapped(address);
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && reader.Metadata.IPVersion == 4)
        {
            return null;
        }

        try
        {
            var record = reader.Find<Dictionary<string, object>>(address);
            return string.Join(", ", new[] { NameIn(record, "city"), NameIn(record, "country") }.OfType<string>().Distinct()) is { Length: > 0 } place ? place : null;
        }
        catch (Exception damaged) when (damaged is InvalidDatabaseException or DeserializationException)
        {
            // A page is shown without places rather than not at all.
            if (intervals.IsDue(typeof(ClientPlaces), out var omitted))
            {
                Log.PlaceUnreadable(logger, damaged.Message, omitted);
            }

            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reader?.Dispose();

    private static string? NameIn(Dictionary<string, object>? record, string part) =>
        record?.GetValueOrDefault(part) is Dictionary<string, object> place && place.GetValueOrDefault("names") is Dictionary<string, object> names
            ? (names.GetValueOrDefault(Language.Current.Code) ?? names.GetValueOrDefault(Language.English.Code)) as string
            : null;
}

/// <summary>Opens the file, and names the key if it cannot be read.</summary>
internal sealed class PlaceFile : IValidateOptions<PlaceOptions>
{
    private const string Key = "Places:DatabasePath";

    /// <summary>Opens the file, mapped into memory.</summary>
    public static Reader Open(string path) => new(path, FileAccessMode.MemoryMapped);

    public ValidateOptionsResult Validate(string? name, PlaceOptions options)
    {
        if (options.DatabasePath is not { Length: > 0 } path)
        {
            return ValidateOptionsResult.Success;
        }

        try
        {
            using var reader = Open(path);
            _ = reader.Find<Dictionary<string, object>>(IPAddress.Loopback);
            return ValidateOptionsResult.Success;
        }
        catch (Exception damaged) when (damaged is InvalidDatabaseException or DeserializationException or ArgumentException)
        {
            return ValidateOptionsResult.Fail($"{Key}: {path} is not a database in MaxMind's format (.mmdb), or it is damaged.");
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail($"{Key}: {path} cannot be read. Check that the file exists and that the service may read it.");
        }
    }
}
