using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace WebApp.Hosting.Pages;

/// <summary>What one page leaves for the next: a notice or warning, and the address just typed. Kept in a protected, HttpOnly cookie.</summary>
public static class Notices
{
    private const string NoticeKey = "Notice";
    private const string WarningKey = "Warning";
    private const string EmailKey = "Email";

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
            set
            {
                next.Remove(EmailKey);
                if (value is not null)
                {
                    next[EmailKey] = value;
                }
            }
        }
    }
}
