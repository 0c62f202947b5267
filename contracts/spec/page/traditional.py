"""Traditional Chinese words of pages, in the simplified form in which the vocabulary has them. Pure.

Only what is compared is brought into this form: titles, reasons, values and examples stay as the page writes them.
"""

from typing import Final

# Words that differ in more than the form of their signs; each as long as what stands for it.
_WORDS: Final = (
    ("欄位", "字段"),
    ("預設", "默认"),
    ("回應", "响应"),
    ("取代", "替换"),
    ("範例", "示例"),
    ("介面", "接口"),
    ("型別", "类型"),
    ("代碼", "代码"),
    ("字串", "字符"),
    ("主體", "正文"),
    ("意義", "含义"),
    ("陣列", "数组"),
    ("布林", "布尔"),
)
_SIGNS: Final = str.maketrans(
    "參數請響應徑詢標頭體說狀態碼類選擇項須編輯變換個僅無為與時後從開關兩這該當讀寫獲屬義處調圍範徵稱號長單設備註釋認錯誤資訊實據條員創執發佈則對於並還將過進動種餘準絕許樣舉轉齊達組陣刪",
    "参数请响应径询标头体说状态码类选择项须编辑变换个仅无为与时后从开关两这该当读写获属义处调围范征称号长单设备注释认错误资讯实据条员创执发布则对于并还将过进动种余准绝许样举转齐达组阵删",
)


def simplified(text: str) -> str:
    """Give a text, as long as it was, with traditional words and signs of the vocabulary in their simplified form."""
    if text.isascii():
        return text
    for word, form in _WORDS:
        text = text.replace(word, form)
    return text.translate(_SIGNS)
