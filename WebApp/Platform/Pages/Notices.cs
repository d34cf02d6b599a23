using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Pages;

/// <summary>What one page leaves for the next: a notice or warning, the address just typed, and where somebody was going. Kept in a protected, HttpOnly cookie.</summary>
public static class Notices
{
    private const string NoticeKey = "Notice";
    private const string WarningKey = "Warning";
    private const string EmailKey = "Email";
    private const string DestinationKey = "Destination";

    extension(ITempDataDictionary next)
    {
        /// <summary>A sentence of success shown once, on the next page. Reading it removes it.</summary>
        public string? Notice
        {
            get => next[NoticeKey] as string;
            set => next[NoticeKey] = value;
        }

        /// <summary>A sentence about something that did not work, shown once, on the next page. Reading it removes it.</summary>
        public string? Warning
        {
            get => next[WarningKey] as string;
            set => next[WarningKey] = value;
        }

        /// <summary>The address typed on the last form, so that it need not be typed again. Stays until its user has signed in.</summary>
        public string? TypedEmail
        {
            get => next.Peek(EmailKey) as string;
            set => next.Keep(EmailKey, value);
        }

        /// <summary>The path of ours that a visitor was on the way to; it outlasts registration and confirmation, until they have signed in.</summary>
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

/// <summary>Keeps <see cref="Notices"/> in MVC's protected cookie, without deleting on every page a cookie that is not there.</summary>
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
