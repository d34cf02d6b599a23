using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Lockout;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>Issues codes to devices that ask to be signed in.</summary>
public sealed class DeviceOffers(AppDbContext db, UserCodeHash hash, Attempts attempts, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>How long both codes are valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>How long a device waits between polls at first (RFC 8628 3.2).</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>The page where users type the codes.</summary>
    public const string PagePath = "/device";

    private const int MaxNameLength = 100;

    // The more codes are valid at once, the likelier a guess finds one. Therefore one network has at most this many.
    private const int OffersPerNetwork = 100;

    /// <summary>Issues codes to a device. The names it sends are stored for display only and are not trusted.</summary>
    public async Task<DeviceOfferResult> BeginAsync(string? clientName, string? deviceName, ClientInfo client, CancellationToken cancel)
    {
        if (await attempts.SpendAsync($"device-offer:{IpPrefix.Containing(client.Ip)}", OffersPerNetwork, Lifetime, cancel) is { } wait)
        {
            return new DeviceOfferResult.TooMany(wait);
        }

        var key = RowKey.New(Guid.CreateVersion7());
        var (program, device) = (OneLine.Clean(clientName, MaxNameLength), OneLine.Clean(deviceName, MaxNameLength));
        var code = UserCode.New();
        while (!await AddAsync(key, code, program, device, client, cancel))
        {
            code = UserCode.New();
        }

        return new DeviceOfferResult.Offered(new(key, code, app.Value.Link(PagePath)));
    }

    // Returns false if another device has that code already: codes must be unique.
    private async Task<bool> AddAsync(RowKey key, string code, string? program, string? device, ClientInfo client, CancellationToken cancel)
    {
        var (now, seconds) = (clock.GetUtcNow(), (int)Interval.TotalSeconds);
        return await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO device_sign_ins (id, key_hash, user_code_hash, client_name, device_name, user_agent, ip, created_at, expires_at, interval_seconds)
            VALUES ({key.Id}, {key.Hash()}, {hash.Compute(code)}, {program}, {device}, {client.UserAgent}, {client.Ip}, {now}, {now + Lifetime}, {seconds})
            ON CONFLICT (user_code_hash) DO NOTHING
            """,
            cancel) == 1;
    }
}

/// <summary>The answer to a device that asks to be signed in.</summary>
public abstract record DeviceOfferResult
{
    private DeviceOfferResult()
    {
    }

    /// <summary>The codes were issued.</summary>
    public sealed record Offered(DeviceOffer Offer) : DeviceOfferResult;

    /// <summary>The device's network has asked too often.</summary>
    /// <param name="RetryAfter">When to try again.</param>
    public sealed record TooMany(TimeSpan RetryAfter) : DeviceOfferResult;
}

/// <summary>What a device gets: a key to poll with, and a code to show. Its text form hides both.</summary>
/// <param name="Key">The <c>device_code</c>.</param>
/// <param name="Code">The <c>user_code</c>, without its dash.</param>
/// <param name="Page">The page where users type the code.</param>
public sealed record DeviceOffer(RowKey Key, string Code, string Page)
{
    /// <summary>The code as the device shows it.</summary>
    public string ShownCode => UserCode.Show(Code);

    /// <summary>The page with the code in its address, for users who can follow a link or scan a code.</summary>
    public string PageWithCode => $"{Page}?user_code={ShownCode}";

    /// <summary><see cref="PageWithCode"/> as a QR code.</summary>
    public string QrSvg => QrCode.Svg(PageWithCode);

    /// <inheritdoc/>
    public override string ToString() => "DeviceOffer(…)";
}

/// <summary>
/// The format of user codes: eight letters in two groups, <c>WDJB-MJHT</c>. The alphabet has twenty consonants that do not look alike and spell
/// no words: 34 bits (RFC 8628 6.1).
/// </summary>
public static class UserCode
{
    private const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";
    private const int Length = 8;
    private const int GroupLength = 4;

    /// <summary>A new code, without its dash.</summary>
    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>The code as users read it.</summary>
    public static string Show(string code) => $"{code[..GroupLength]}-{code[GroupLength..]}";

    /// <summary>The typed code without case, spaces and dashes. Null if it is not a code.</summary>
    public static string? Normalize(string? typed)
    {
        if (typed is null || typed.Length > 4 * Length)
        {
            return null;
        }

        var code = string.Concat(typed.Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '\u2010' or '\u2011' or '\u2013'))).ToUpperInvariant();
        return code.Length == Length && code.All(Alphabet.Contains) ? code : null;
    }
}

/// <summary>Hashes user codes with a key that is not in the database. From a database dump alone, 34 bits could be guessed in seconds.</summary>
public sealed class UserCodeHash(MasterKey master)
{
    private readonly byte[] key = master.Derive("device user codes");

    /// <summary>The hash of a normalized code, see <see cref="UserCode.Normalize"/>.</summary>
    public byte[] Compute(string code) => HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(code));
}
