using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace WebApp.Platform.Pages;

/// <summary>
/// Saves the values of a form that could not be processed (the session had ended, the page was out of date), in a cookie, until its page is
/// shown again. The cookie is encrypted, expires after 15 minutes, and never has a password, code or token.
/// </summary>
public sealed class FormDrafts(IDataProtectionProvider protection, IHostEnvironment environment)
{
    // A cookie has at most 4 KiB, encrypted and encoded.
    private const int MaxLength = 2000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
    private static readonly object Cached = new();
    private static readonly string[] Secrets = ["password", "code", "token", "secret", "credential"];

    private readonly IDataProtector protector = protection.CreateProtector("Pages.FormDraft");

    private bool Secure => !environment.IsDevelopment();

    private string Name => Secure ? "__Host-draft" : "draft";

    /// <summary>Saves the fields of this request's form for the page at a path.</summary>
    public async Task KeepAsync(HttpContext context, string path)
    {
        if (!context.Request.HasFormContentType)
        {
            return;
        }

        Dictionary<string, string> fields = [];
        try
        {
            foreach (var (name, values) in await context.Request.ReadFormAsync(context.RequestAborted))
            {
                if (values is [{ Length: > 0 } value] && !Secrets.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase)))
                {
                    fields[name] = value;
                }
            }
        }
        catch (InvalidDataException)
        {
            return; // The form is malformed.
        }

        var draft = JsonSerializer.Serialize(new Draft(path, fields));
        if (fields.Count > 0 && draft.Length <= MaxLength)
        {
            context.Response.Cookies.Append(Name, protector.Protect(draft), Attributes(Lifetime));
        }
    }

    /// <summary>The saved value of a field of the requested page; null if there is none. It is available once.</summary>
    public string? Find(HttpContext context, string field) => Read(context)?.Fields.GetValueOrDefault(field);

    private Draft? Read(HttpContext context)
    {
        if (context.Items.TryGetValue(Cached, out var known))
        {
            return (Draft?)known;
        }

        var draft = Open(context.Request.Cookies[Name]);
        var mine = draft is not null && HttpMethods.IsGet(context.Request.Method) && draft.Path == context.Request.Path.Value ? draft : null;
        if (mine is not null && !context.Response.HasStarted)
        {
            context.Response.Cookies.Delete(Name, Attributes(null));
        }

        context.Items[Cached] = mine;
        return mine;
    }

    private Draft? Open(string? cookie)
    {
        if (string.IsNullOrEmpty(cookie))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Draft>(protector.Unprotect(cookie));
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private CookieOptions Attributes(TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        Secure = Secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = lifetime,
        IsEssential = true,
    };

    private sealed record Draft(string Path, Dictionary<string, string> Fields);
}
