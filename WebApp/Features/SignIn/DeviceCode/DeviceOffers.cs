using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Lockout;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>Gives codes to devices that ask to be signed in.</summary>
public sealed class DeviceOffers(AppDbContext db, UserCodeHash hash, Attempts attempts, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>How long both codes are good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>How long a device waits between polls at first (RFC 8628 3.2).</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>The page where codes are typed.</summary>
    public const string PagePath = "/device";

    private const int MaxNameLength = 100;

    // The more codes are good at once, the likelier a guess finds one: one network keeps no more than these.
    private const int OffersPerNetwork = 100;

    /// <summary>Offers a device its codes. What it says of itself is kept to be shown, and believed by nobody.</summary>
    public async Task<DeviceOfferResult> BeginAsync(string? clientName, string? deviceName, ClientInfo client, CancellationToken cancel)
    {
        if (await attempts.SpendAsync($"device-offer:{IpPrefix.Of(client.Ip)}", OffersPerNetwork, Lifetime, cancel) is { } wait)
        {
            return new DeviceOfferResult.TooMany(wait);
        }

        var key = RowKey.New(Guid.CreateVersion7());
        var (program, device) = (OneLine.Of(clientName, MaxNameLength), OneLine.Of(deviceName, MaxNameLength));
        var code = UserCode.New();
        while (!await AddAsync(key, code, program, device, client, cancel))
        {
            code = UserCode.New();
        }

        return new DeviceOfferResult.Offered(new(key, code, app.Value.Link(PagePath)));
    }

    // False where another device has that code already: two must never have the same.
    private async Task<bool> AddAsync(RowKey key, string code, string? program, string? device, ClientInfo client, CancellationToken cancel)
    {
        var (now, seconds) = (clock.GetUtcNow(), (int)Interval.TotalSeconds);
        return await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO device_sign_ins (id, key_hash, user_code_hash, client_name, device_name, user_agent, ip, created_at, expires_at, interval_seconds)
            VALUES ({key.Id}, {key.Hash()}, {hash.Of(code)}, {program}, {device}, {client.UserAgent}, {client.Ip}, {now}, {now + Lifetime}, {seconds})
            ON CONFLICT (user_code_hash) DO NOTHING
            """,
            cancel) == 1;
    }
}

/// <summary>What a device is told that asks to be signed in.</summary>
public abstract record DeviceOfferResult
{
    private DeviceOfferResult()
    {
    }

    /// <summary>It has its codes.</summary>
    public sealed record Offered(DeviceOffer Offer) : DeviceOfferResult;

    /// <summary>Its network has asked too often.</summary>
    /// <param name="RetryAfter">When to come again.</param>
    public sealed record TooMany(TimeSpan RetryAfter) : DeviceOfferResult;
}
