using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;
using WebApp.Platform.Mail;

namespace WebApp.Features.Accounts;

/// <summary>Finds the registration of a mailed link or code.</summary>
public sealed class RegistrationProofs(AppDbContext db, RegistrationSecrets codes, NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The live registration of a mailed link; null if it is used, declined, replaced or expired.</summary>
    public Task<PendingRegistration?> FindAsync(string token, CancellationToken cancel)
    {
        var hash = RegistrationSecrets.TokenHash(token);
        return Live().SingleOrDefaultAsync(r => r.TokenHash == hash, cancel);
    }

    /// <summary>Deletes the live registration of a mailed link. Returns the number of rows: one or zero.</summary>
    public Task<int> RemoveAsync(string token, CancellationToken cancel)
    {
        var hash = RegistrationSecrets.TokenHash(token);
        return Live().Where(r => r.TokenHash == hash).ExecuteDeleteAsync(cancel);
    }

    /// <summary>The registration that this browser made: a code typed in it belongs to that one, if the typed address is the same.</summary>
    public async Task<PendingRegistration?> FindOwnAsync(SecretProof proof, RowKey? browser, CancellationToken cancel)
    {
        if (browser is not { } key || proof is not SecretProof.ByCode(var email, _))
        {
            return null;
        }

        var normalized = EmailAddress.Normalize(email.Trim());
        return await Live().SingleOrDefaultAsync(r => r.Id == key.Id && r.NormalizedEmail == normalized, cancel) is { } found && found.IsMadeBy(key) ? found : null;
    }

    /// <summary>The live registration of a link or code; null if there is none. A code counts as tried, right or wrong.</summary>
    /// <param name="proof">The mailed link or code.</param>
    /// <param name="own">The result of <see cref="FindOwnAsync"/>: then only this registration is checked.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<PendingRegistration?> ProveAsync(SecretProof proof, PendingRegistration? own, CancellationToken cancel)
    {
        if (proof is SecretProof.ByToken(var token))
        {
            return await FindAsync(token, cancel);
        }

        var (email, code) = (SecretProof.ByCode)proof;
        var (normalized, now) = (EmailAddress.Normalize(email.Trim()), clock.GetUtcNow());

        // One statement counts the try and fetches the hashes; twenty parallel requests are counted twenty times. Tries elsewhere do not reduce those of
        // the browser that registered.
        var tried = own is not null
            ? await db.Registrations.FromSql($"""
                UPDATE registrations SET browser_code_tries = browser_code_tries + 1
                WHERE id = {own.Id} AND expires_at > {now} AND browser_code_tries < {RegistrationSecrets.MaxCodeTries}
                RETURNING *
                """).AsNoTracking().ToListAsync(cancel)
            : await db.Registrations.FromSql($"""
                UPDATE registrations SET code_tries = code_tries + 1
                WHERE id IN (
                    SELECT id FROM registrations
                    WHERE normalized_email = {normalized} AND expires_at > {now} AND code_tries < {RegistrationSecrets.MaxCodeTries}
                    ORDER BY id FOR UPDATE)
                RETURNING *
                """).AsNoTracking().ToListAsync(cancel);
        NoteTries(tried, own is not null ? "browser_code_tries" : "code_tries");
        return tried.Find(r => CryptographicOperations.FixedTimeEquals(r.CodeHash, codes.CodeHash(r.Id, code)));
    }

    private IQueryable<PendingRegistration> Live()
    {
        var now = clock.GetUtcNow();
        return db.Registrations.AsNoTracking().Where(r => r.ExpiresAt > now);
    }

    private void NoteTries(List<PendingRegistration> tried, string column) => Spendings.Note(tried, async () =>
    {
        await using var command = database.CreateCommand($"UPDATE registrations SET {column} = {column} - 1 WHERE id = ANY ($1) AND {column} > 0");
        command.Parameters.Add(new() { Value = tried.ConvertAll(registration => registration.Id) });
        await command.ExecuteNonQueryAsync();
    });
}

/// <summary>
/// Identifies the browser that registered: the key of its registration, in a cookie that scripts cannot read. It is set whether or not the address was
/// free. Lax, because the mailed link is followed from another site.
/// </summary>
public sealed class RegistrationCookie(IHostEnvironment environment)
{
    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-registration" : "registration";

    /// <summary>The key, if the browser sent one.</summary>
    public RowKey? Read(HttpContext context) => RowKey.TryParse(context.Request.Cookies[Name]);

    /// <summary>Sets the cookie; it replaces an earlier registration's.</summary>
    public void Write(HttpContext context, RowKey key) =>
        context.Response.Cookies.Append(Name, key.Reveal(), Attributes(PendingRegistration.Lifetime));

    /// <summary>Deletes the cookie.</summary>
    public void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Attributes(null));

    private CookieOptions Attributes(TimeSpan? age) => new()
    {
        HttpOnly = true,
        Secure = Secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = age,
        IsEssential = true,
    };
}
