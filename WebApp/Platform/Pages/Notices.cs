using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Pages;

/// <summary>Values for the next page: a notice or warning, the typed address, and the destination after sign-in. Stored in an encrypted, HttpOnly cookie.</summary>
public static class Notices
{
    private const string NoticeKey = "Notice";
    private const string WarningKey = "Warning";
    private const string EmailKey = "Email";
    private const string MailedKey = "Mailed";
    private const string DestinationKey = "Destination";

    extension(ITempDataDictionary next)
    {
        /// <summary>A success message, shown once, on the next page. Reading it removes it.</summary>
        public string? Notice
        {
            get => next[NoticeKey] as string;
            set => next[NoticeKey] = value;
        }

        /// <summary>A failure message, shown once, on the next page. Reading it removes it.</summary>
        public string? Warning
        {
            get => next[WarningKey] as string;
            set => next[WarningKey] = value;
        }

        /// <summary>The address typed in the last form, so that users need not type it again. Kept until the user has signed in.</summary>
        public string? TypedEmail
        {
            get => next.Peek(EmailKey) as string;
            set
            {
                next.Keep(EmailKey, value);
                next.Remove(MailedKey);
            }
        }

        /// <summary>When a mail to <c>TypedEmail</c> was requested here, whether or not one was sent; null if none was. Set it after the address.</summary>
        public DateTimeOffset? MailedAt
        {
            get => next.Peek(MailedKey) is string seconds && long.TryParse(seconds, CultureInfo.InvariantCulture, out var unix) ? DateTimeOffset.FromUnixTimeSeconds(unix) : null;
            set => next.Keep(MailedKey, value?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        }

        /// <summary>The path on this site to open after sign-in. Kept through registration and confirmation, until the user has signed in.</summary>
        public string? Destination
        {
            get => next.Peek(DestinationKey) as string;
            set => next.Keep(DestinationKey, value);
        }

        private void Keep(string key, string? value)
        {
            next.Remove(key);
            if (value is not null)
            {
                next[key] = value;
            }
        }
    }
}

/// <summary>Stores <see cref="Notices"/> in MVC's encrypted cookie. Unlike MVC, it deletes the cookie only if the request has one.</summary>
public sealed class NoticeCookie(CookieTempDataProvider cookie, IOptions<CookieTempDataProviderOptions> options) : ITempDataProvider
{
    /// <inheritdoc/>
    public IDictionary<string, object> LoadTempData(HttpContext context) => cookie.LoadTempData(context);

    /// <inheritdoc/>
    public void SaveTempData(HttpContext context, IDictionary<string, object> values)
    {
        if (values.Count > 0 || context.Request.Cookies.ContainsKey(options.Value.Cookie.Name!))
        {
            cookie.SaveTempData(context, values);
        }
    }
}
